/** The commands that look at weights: `fcnc weights plan`, `list`, `convert` and `diff`. */
import { Option, type Command } from "commander";
import { examples, format, net, strict } from "./options.js";

/** Adds them; what they do is loaded when they are called. */
export function addWeightCommands(program: Command): void {
  const weights = program.command("weights").description("look at weights before they are used");

  weights
    .command("plan")
    .description("say for every tensor of a net where it comes from and what is done to it; nothing is built")
    .argument("<spec>", "a file with a net")
    .argument("[file...]", "files of weights, in turn (default: those that the recipe's `init` names)")
    .addOption(net())
    .addOption(strict())
    .addOption(format())
    .addHelpText(
      "after",
      examples("fcnc weights plan specs/voc-fcn32s.fcn vgg16.safetensors", "fcnc weights plan specs/voc-fcn16s.fcn") +
        "\n\nExit codes: 0 they fit, 1 they do not.",
    )
    .action(async (spec: string, files: string[], options) =>
      (await import("./weights-plan.js")).run(spec, files, options),
    );

  weights
    .command("list")
    .description("show what a file of weights holds: names, types, shapes")
    .argument("<file>", "a file of weights, or the folder of a bundle")
    .option("--stats", "read the numbers too: least, largest, mean, and how many are NaN or infinite")
    .addOption(format())
    .addHelpText("after", examples("fcnc weights list vgg16.safetensors", "fcnc weights list web/ --stats"))
    .action(async (file: string, options) => (await import("./weights-list.js")).run(file, options));

  weights
    .command("convert")
    .description("write weights in another format, or in another type")
    .argument("<in>", "a file of weights, or the folder of a bundle")
    .argument("<out>", "the file to write; its extension names the format")
    .addOption(new Option("--to <format>", "the format, where the extension does not name it"))
    .addOption(
      new Option("--dtype <type>", "convert floating-point numbers (default: each tensor keeps its type)").choices([
        "f32",
        "f16",
        "bf16",
        "f64",
      ]),
    )
    .option("--without <names...>", "leave tensors out: names, in which `*` stands for any characters")
    .addOption(format())
    .addHelpText(
      "after",
      examples(
        "fcnc weights convert vgg16.caffemodel vgg16.safetensors",
        "fcnc weights convert vgg16.npz vgg16-half.safetensors --dtype f16",
        "fcnc weights convert resnet50.safetensors tfjs/ --without '*.num_batches_tracked'",
      ),
    )
    .action(async (from: string, to: string, options) => (await import("./weights-convert.js")).run(from, to, options));

  weights
    .command("diff")
    .description("say what two files of weights differ in, also of two formats")
    .argument("<a>", "a file of weights, or the folder of a bundle")
    .argument("<b>", "another one")
    .addOption(format())
    .addHelpText(
      "after",
      examples("fcnc weights diff vgg16.caffemodel vgg16.safetensors") +
        "\n\nExit codes, as of `diff`: 0 the weights are equal, 1 they differ, 2 they cannot be compared.",
    )
    .action(async (a: string, b: string, options) => (await import("./weights-diff.js")).run(a, b, options));
}
