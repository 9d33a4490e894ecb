/** The commands `fcnc eval` and `fcnc report`: what became of a net. */
import { Option, type Command } from "commander";
import {
  allow,
  countingNumber,
  dataRoot,
  engine,
  examples,
  format,
  net,
  seed,
  strict,
  verbose,
  weights,
  wholeNumber,
} from "./options.js";

/** Adds them; what they do is loaded when they are called. */
export function addReportCommands(program: Command): void {
  program
    .command("eval")
    .description("measure a net on a data set: pixel accuracy, mean accuracy, mean IU, frequency-weighted IU")
    .argument("<spec-or-bundle>", "a folder that `fcnc compile` wrote, or a spec")
    .option("--on <data>", "the data set, as recipes name it (default: what the recipe validates on)")
    .addOption(dataRoot())
    .option("--limit <number>", "only so many images, from the first on", countingNumber)
    .option("--confusion <file>", "write the confusion matrix as CSV")
    .addOption(net())
    .addOption(weights())
    .addOption(seed())
    .addOption(allow())
    .addOption(strict())
    .addOption(engine())
    .addOption(verbose())
    .addOption(format())
    .addHelpText(
      "after",
      examples(
        "fcnc eval specs/voc-fcn8s.fcn --weights voc-fcn8s.safetensors --on 'voc2011(split: \"seg11valid\")'",
        'fcnc eval web/ --on \'voc("shapes", split: "val")\' --confusion confusion.csv',
      ),
    )
    .action(async (source: string, options) => (await import("./eval.js")).run(source, options));

  program
    .command("report")
    .description("tell of a run in one HTML page that stands alone; of several, their curves beside one another")
    .argument("<run...>", "folders that `fcnc train` wrote")
    .option("-o, --output <file>", "where to write it (default: report.html in the run's folder)")
    .addOption(new Option("--samples <number>", "examples, predicted anew").default(6).argParser(wholeNumber))
    .addOption(dataRoot())
    .option("--tensorboard <folder>", "write the log as event files of TensorBoard as well")
    .addOption(engine())
    .addOption(verbose())
    .addOption(format())
    .addHelpText(
      "after",
      examples("fcnc report fcnc-runs/my-net", "fcnc report runs/heavy runs/accumulated -o recipes.html"),
    )
    .action(async (runs: string[], options) => (await import("./report.js")).run(runs, options));
}
