/**
 * The command line. Each command is a file of its own that is loaded when it is called, so that `fcnc check` starts
 * without TensorFlow, image codecs or the formatter.
 */
import { Command, Option } from "commander";
import packageJson from "../../package.json" with { type: "json" };
import { limitSettings, LIMITS_VARIABLE } from "../limits.js";
import { reasonOf } from "../weights/errors.js";
import { addDataCommands } from "./data-commands.js";
import { end } from "./end.js";
import { addEngineCommands } from "./engine-commands.js";
import { exitCodes, UsageError } from "./fail.js";
import {
  allow,
  engine,
  examples,
  format,
  net,
  percentage,
  recipe,
  seed,
  set,
  strict,
  verbose,
  weights,
} from "./options.js";
import { tellError } from "./output.js";
import { addReportCommands } from "./report-commands.js";
import { addServeCommand } from "./serve-command.js";
import { addTrainCommand } from "./train-command.js";
import { addWeightCommands } from "./weight-commands.js";

const program = new Command("fcnc")
  .description(
    "Compiles descriptions of fully convolutional networks: exact sizes and crop offsets, graphs for the web.",
  )
  .version(packageJson.version)
  .showHelpAfterError("(`fcnc --help` shows what there is)")
  .exitOverride()
  .configureHelp({ sortSubcommands: false })
  .addHelpText(
    "after",
    `
Examples:
  fcnc check specs/*.fcn
  fcnc inspect specs/voc-fcn16s.fcn --size 375x500
  fcnc explain specs/voc-fcn16s.fcn score
  fcnc compile specs/voc-fcn16s.fcn
  fcnc compile specs/voc-fcn16s.fcn --weights voc-fcn16s.safetensors --out web/
  fcnc predict web/ --image cat.jpg --overlay cat-overlay.png
  fcnc serve web/ --open

Exit codes: 0 done, 1 a fault in what was given, 2 wrong usage, 70 a bug in fcnc.`,
  );

program
  .command("check")
  .description("say everything that is wrong with specs")
  .argument("<spec...>", "files of nets, backbones or blocks")
  .option("--fix", "mend what has one answer: stated crop offsets and strides of taps that are plain numbers")
  .addOption(
    new Option("--format <format>", "print for people, for programs, or for code review")
      .choices(["text", "json", "sarif"])
      .default("text"),
  )
  .addHelpText(
    "after",
    examples("fcnc check specs/*.fcn", "fcnc check my-net.fcn --fix", "fcnc check specs/*.fcn --format sarif"),
  )
  .action(async (specs: string[], options) => (await import("./check.js")).run(specs, options));

program
  .command("inspect")
  .description("show a net's layers: sizes, strides, receptive fields, crops, parameters, cost")
  .argument("<spec>", "a file with a net")
  .addOption(net())
  .option("--size <HxW>", "numbers for an input of this size instead of formulas")
  .addOption(format())
  .addHelpText(
    "after",
    examples("fcnc inspect specs/voc-fcn8s.fcn", "fcnc inspect specs/voc-fcn8s.fcn --size 500x500 --format json"),
  )
  .action(async (spec: string, options) => (await import("./inspect.js")).run(spec, options));

program
  .command("explain")
  .description("explain an error code or layer kind, or derive a layer's size and crop offset line by line")
  .argument("<what>", "a code (`crop-offset`), a layer kind (`conv`), or a spec")
  .argument("[layer]", "with a spec: the layer to derive")
  .addOption(net())
  .option("--size <HxW>", "with a spec: numbers for an input of this size")
  .addOption(format())
  .addHelpText(
    "after",
    examples("fcnc explain crop-offset", "fcnc explain maxpool", "fcnc explain specs/voc-fcn16s.fcn score"),
  )
  .action(async (what: string, layer: string | undefined, options) =>
    (await import("./explain.js")).run(what, layer, options),
  );

program
  .command("compile")
  .description("compile a net to a graph that runs")
  .argument("<spec>", "a file with a net")
  .addOption(net())
  .addOption(recipe())
  .addOption(set())
  .option("--target <target>", "what to make: see `fcnc targets`", "web")
  .option("--out <folder>", "where to write it (default: fcnc-out/<name of the spec>)")
  .addOption(weights())
  .addOption(seed())
  .addOption(allow())
  .addOption(strict())
  .option(
    "--quantize <types>",
    "store weights as float16, uint16 or uint8; by names: `fc*=uint8,float16`, the first that fits",
  )
  .option("--runtime <name>", "what runs a bundle for the web: tfjs (default) or onnxruntime-web")
  .option("--no-certify", "leave out the comparison of the bundle's scores with those of float32 weights")
  .option("--sample <[name=]file...>", "a picture that the bundle's page offers to try (default: a drawn scene)")
  .option("--certify-with <[name=]file...>", "compare on this picture instead of a small generated one")
  .option("--max-changed <percent>", "fail where more pixels change class by quantization", percentage)
  .addOption(engine())
  .addOption(verbose())
  .addOption(format())
  .addHelpText(
    "after",
    examples(
      "fcnc compile specs/voc-fcn16s.fcn",
      "fcnc compile specs/voc-fcn16s.fcn --weights voc-fcn16s.safetensors --out web/",
      "fcnc compile specs/voc-fcn16s.fcn --weights voc-fcn16s.safetensors --quantize uint8 --max-changed 2",
      "fcnc compile specs/voc-fcn16s.fcn --target plan",
    ) + "\n\nWithout weights it writes the plan, the graph and the list of the weights that are wanted.",
  )
  .action(async (spec: string, options) => (await import("./compile.js")).run(spec, options));

program
  .command("predict")
  .description("segment pictures with a compiled bundle, or with a spec and its weights")
  .argument("<spec-or-bundle>", "a folder that `fcnc compile` wrote, or a spec")
  .requiredOption(
    "--image <[name=]file...>",
    "PNG or JPEG pictures, or with --out folders of them; `name=file` for each input where there are several",
  )
  .addOption(net())
  .addOption(weights())
  .addOption(seed())
  .addOption(allow())
  .addOption(strict())
  .option("--mask <file>", "write the classes as a paletted PNG")
  .option("--overlay <file>", "write the picture with its classes and a legend as a PNG")
  .option("--out <folder>", "of many pictures: write masks, overlays and contact sheets into it")
  .option("--scores <file>", "write the scores before softmax as .npy, float32 [H, W, C]")
  .option(
    "--shift-and-stitch <layer>",
    "instead of outputs: a layer's scores for every pixel, by runs on moved pictures",
  )
  .addOption(engine())
  .addOption(verbose())
  .addOption(format())
  .addHelpText(
    "after",
    examples(
      "fcnc predict web/ --image cat.jpg --mask cat.png --overlay cat-overlay.png",
      "fcnc predict specs/voc-fcn8s.fcn --weights voc-fcn8s.safetensors --image cat.jpg --scores cat.npy",
      "fcnc predict nyud/ --image color=room.png --image hha=room-hha.png --mask room-mask.png",
      "fcnc predict web/ --image photos/ --out segmented/",
    ),
  )
  .action(async (source: string, options) => (await import("./predict.js")).run(source, options));

program
  .command("verify")
  .description("repeat what a bundle's certificate says: its files, its scores, and with weights where they come from")
  .argument("<bundle>", "a folder that `fcnc compile` wrote")
  .option("--image <[name=]file...>", "compare on this picture: the one of `--certify-with`, or another", [])
  .addOption(weights())
  .addOption(seed())
  .addOption(allow())
  .addOption(engine())
  .addOption(verbose())
  .addOption(format())
  .addHelpText(
    "after",
    examples("fcnc verify web/", "fcnc verify web/ --weights voc-fcn16s.safetensors --engine wasm") +
      "\n\nExit codes: 0 all that could be looked at agrees, 1 something does not.",
  )
  .action(async (folder: string, options) => (await import("./verify.js")).run(folder, options));

addReportCommands(program);

addServeCommand(program);

program.command("certify", { hidden: true }).action(async () => (await import("./certify.js")).run());

addWeightCommands(program);

addDataCommands(program);

addTrainCommand(program);

program
  .command("draw")
  .description("draw a net as SVG, for a paper or a README")
  .argument("<spec>", "a file with a net")
  .option("-o, --output <file>", "where to write it (default: standard output)")
  .addOption(net())
  .option("--size <HxW>", "numbers for an input of this size instead of formulas")
  .addHelpText("after", examples("fcnc draw specs/voc-fcn8s.fcn -o voc-fcn8s.svg"))
  .action(async (spec: string, options) => (await import("./draw.js")).run(spec, options));

program
  .command("diff")
  .description("say what differs between two nets: layers, geometry, parameters, cost")
  .argument("<a>", "a file with a net")
  .argument("<b>", "another one")
  .option("--net-a <name>", "which net of the first file, where it defines several")
  .option("--net-b <name>", "which net of the second file, where it defines several")
  .option("--size <HxW>", "compare sizes and costs for an input of this size (default: formulas, costs at 500x500)")
  .addOption(format())
  .addHelpText(
    "after",
    examples("fcnc diff specs/voc-fcn16s.fcn specs/voc-fcn8s.fcn") +
      "\n\nExit codes, as of `diff`: 0 the nets are equal, 1 they differ, 2 they cannot be compared.",
  )
  .action(async (a: string, b: string, options) => (await import("./diff.js")).run(a, b, options));

program
  .command("new")
  .description("write a small spec to start from")
  .argument("[folder]", "where to; it also gives the net its name", ".")
  .addHelpText("after", examples("fcnc new my-net"))
  .action(async (folder: string) => (await import("./new.js")).run(folder));

const importCommands = program.command("import").description("make a spec of another program's net");

importCommands
  .command("caffe")
  .description("make a spec, and safetensors, of a Caffe net")
  .argument("<net>", "its prototxt: of deployment, or of training with the data layer that names the mean")
  .option("--weights <file>", "a caffemodel, to be written as safetensors beside the spec")
  .option("--solver <file>", "its solver.prototxt, for the recipe")
  .option("--name <name>", "what the net is called (default: as the prototxt says, or the file)")
  .option("--out <folder>", "where to write it", ".")
  .option("--labels <file>", "the list of its classes: a file, or one of the library such as voc.labels")
  .option("--stage <stage...>", "stages whose layers the net has, as in `include { stage: ... }`")
  .option("--force", "overwrite what is there")
  .addOption(format())
  .addHelpText(
    "after",
    examples(
      "fcnc import caffe voc-fcn8s/val.prototxt --labels voc.labels",
      "fcnc import caffe train.prototxt --solver solver.prototxt --weights fcn.caffemodel --out nets/",
    ) + "\n\nExit codes: 0 the spec is sound, 1 it has errors or the net is not understood.",
  )
  .action(async (net: string, options) => (await import("./import.js")).run(net, options));

program
  .command("fmt")
  .description("format specs in place")
  .argument("<spec...>", "files to format; `-` reads standard input and prints")
  .option("--check", "write nothing; fail where a file is not formatted")
  .addHelpText("after", examples("fcnc fmt specs/*.fcn", "fcnc fmt --check specs/*.fcn"))
  .action(async (specs: string[], options) => (await import("./fmt.js")).run(specs, options));

addEngineCommands(program);

program
  .command("targets")
  .description("list what a net can be compiled to")
  .addOption(format())
  .action(async (options) => (await import("./targets.js")).run(options));

export async function main(argv: readonly string[]): Promise<void> {
  for (const stream of [process.stdout, process.stderr]) stream.on("error", unheard);
  try {
    checkLimits();
    await program.parseAsync([...argv]);
  } catch (error) {
    process.exitCode = end(error);
  }
}

/** @throws {UsageError} when the environment sets limits that there are not: silence would read less than was meant. */
function checkLimits(): void {
  const [fault] = limitSettings.faults;
  if (fault !== undefined) throw new UsageError(`${LIMITS_VARIABLE}: ${fault}`, ["docs/limits.md lists the limits"]);
}

/** Nobody reads on in a pipe that was closed (`fcnc inspect ... | head`): the work is done all the same. */
function unheard(this: NodeJS.WriteStream, error: NodeJS.ErrnoException): void {
  if (error.code === "EPIPE" || error.code === "ERR_STREAM_DESTROYED") return;
  if (this === process.stdout) tellError(`the output cannot be written: ${reasonOf(error)}`);
  process.exit(exitCodes.fault);
}
