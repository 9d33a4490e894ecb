/** The commands `fcnc eval` and `fcnc report`: what became of a net. */
import type { Command } from "commander";
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
}
