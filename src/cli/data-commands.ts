/** The commands about data sets: `fcnc data check` and `shapes`. */
import { Option, type Command } from "commander";
import { countingNumber, dataRoot, examples, format, net, recipe, seed, set } from "./options.js";

/** Adds them; what they do is loaded when they are called. */
export function addDataCommands(program: Command): void {
  const data = program.command("data").description("look at data sets before a net is trained on them");

  data
    .command("check")
    .description("read whole data sets once: sizes, classes and their share, and what would stop or spoil training")
    .argument("<what>", 'a spec, for the data of its recipe; a call such as `voc2012(split: "train")`; or a folder')
    .addOption(dataRoot())
    .addOption(net())
    .addOption(recipe())
    .addOption(set())
    .addOption(format())
    .addHelpText(
      "after",
      examples(
        "fcnc data check my-net.fcn",
        "fcnc data check 'voc2012(split: \"train\")' --data-root ~/data",
        "fcnc data check shapes/",
      ) + "\n\nExit codes: 0 nothing would stop or spoil training, 1 something would.",
    )
    .action(async (what: string, options) => (await import("./data-check.js")).run(what, options));

  data
    .command("shapes")
    .description("make an example data set of textured shapes in PASCAL VOC's layout, to try things out")
    .argument("<folder>", "where to: a folder that is not there yet, or empty")
    .addOption(new Option("--images <number>", "images to train on").default(400).argParser(countingNumber))
    .addOption(new Option("--validation <number>", "images to validate on").default(100).argParser(countingNumber))
    .option("--size <HxW>", "height x width of the images in px", "160x192")
    .addOption(seed("seed of the pictures"))
    .option("--classes <names>", "which shapes, comma-separated (default: all)")
    .addHelpText(
      "after",
      examples(
        "fcnc data shapes shapes/",
        "fcnc data shapes small/ --images 40 --validation 10 --size 128x128 --classes circle,star,ring",
      ) + '\n\nA recipe names it as `data: voc("shapes", split: "train")`.',
    )
    .action(async (folder: string, options) => (await import("./data-shapes.js")).run(folder, options));
}
