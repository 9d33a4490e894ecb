/** The commands that look after engines: `fcnc doctor` and `fcnc engine ...`. */
import { Argument, InvalidArgumentError, Option, type Command } from "commander";
import { format } from "./options.js";

/** Adds them; what they do is loaded when they are called. */
export function addEngineCommands(program: Command): void {
  program
    .command("doctor")
    .description("say what this machine has to run nets with, what is missing and what mends it")
    .addOption(new Option("--limit <seconds>", "how long an engine may take to start").default(60).argParser(seconds))
    .addOption(format())
    .addHelpText("after", "\nExit codes: 0 nets can be run, 1 no engine starts.")
    .action(async (options) => (await import("./doctor.js")).run(options));

  const engines = program.command("engine").description("get, list or remove the native engine");

  engines
    .command("install")
    .description(
      "get TensorFlow's native engine: by npm where its download works, else built against a TensorFlow wheel",
    )
    .option("--gpu", "for NVIDIA GPUs, with CUDA (not tried on a GPU)")
    .option("--from <path>", "a TensorFlow that is there: a libtensorflow folder, site-packages/tensorflow, or a wheel")
    .option("--build", "build against a wheel, without trying npm's download of TensorFlow 2.9 first")
    .option("--dir <folder>", "where to (default: FCNC_NATIVE, or a folder of yours where every fcnc finds it)")
    .option("--dry-run", "print the steps and do nothing")
    .addOption(format())
    .addHelpText(
      "after",
      "\nExamples:\n  fcnc engine install\n  fcnc engine install --dry-run\n  fcnc engine install --from ~/libtensorflow",
    )
    .action(async (options) => (await import("./engine.js")).install(options));

  engines
    .command("list")
    .description("list the engines that `fcnc engine install` made")
    .option("--dir <folder>", "where it was installed, where not in the usual folder")
    .addOption(format())
    .action(async (options) => (await import("./engine.js")).list(options));

  engines
    .command("remove")
    .description("remove what `fcnc engine install` made")
    .option("--dir <folder>", "where it was installed, where not in the usual folder")
    .addOption(format())
    .action(async (options) => (await import("./engine.js")).remove(options));

  engines
    .command("try", { hidden: true })
    .addArgument(new Argument("<engine>").choices(["native", "wasm", "js"]))
    .option("--dir <folder>")
    .action(async (name, options) => (await import("./trial.js")).run(name, options));
}

function seconds(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1 || value > 3600)
    throw new InvalidArgumentError("It is a whole number of seconds from 1 to 3600.");
  return value;
}
