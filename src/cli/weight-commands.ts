/** The commands that look at files of weights: `fcnc weights list`, `convert` and `diff`. */
import { Option, type Command } from "commander";

/** @param weights the group `fcnc weights` */
export function addWeightCommands(weights: Command): void {
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

const format = (): Option =>
  new Option("--format <format>", "print for people or for programs").choices(["text", "json"]).default("text");

const examples = (...lines: string[]): string => `\nExamples:\n${lines.map((line) => `  ${line}`).join("\n")}`;
