import type { Command } from "commander";
import {
  allow,
  countingNumber,
  dataRoot,
  engine,
  examples,
  format,
  net,
  recipe,
  set,
  strict,
  verbose,
  weights,
  wholeNumber,
} from "./options.js";

/** `fcnc train`. */
export function addTrainCommand(program: Command): void {
  program
    .command("train")
    .description("train a net as its recipe says")
    .argument("<spec>", "a file with a net and its recipe")
    .addOption(net())
    .addOption(recipe())
    .addOption(set())
    .option("--out <folder>", "the folder of the run (default: fcnc-runs/<name of the spec>)")
    .option("--resume", "go on with the run of that folder; where there is none, it begins")
    .option("--staged", "train what its recipe comes `after` first, each from the weights of the one before")
    .addOption(weights())
    .option("--seed <number>", "seed of fresh weights (default: the recipe's)", wholeNumber)
    .addOption(allow())
    .addOption(strict())
    .option("--steps <number>", "updates of the run: as `--set steps=<number>`", countingNumber)
    .addOption(dataRoot())
    .option("--validate-limit <images>", "validate on so many images at most", countingNumber)
    .option("--tensorboard", "write event files for TensorBoard into the run's folder")
    .addOption(engine())
    .addOption(verbose())
    .addOption(format())
    .addHelpText(
      "after",
      examples(
        "fcnc train my-net.fcn --data-root ~/data",
        "fcnc train specs/voc-fcn32s.fcn --weights vgg16-fcn.safetensors --set optimizer.rate=1e-11",
        "fcnc train specs/voc-fcn8s.fcn --staged --out runs/voc --resume",
      ) + "\n\nExit codes: 0 done, 1 it cannot begin or go on, 130 interrupted and saved: `--resume` goes on.",
    )
    .action(async (spec: string, options) => (await import("./train.js")).run(spec, options));
}
