/** PASCAL-Context (Mottaghi et al., 2014): every pixel of VOC 2010 in 459 classes, of which 59 are learnt. */
import { join } from "node:path";
import { findFolder, splitOf, textArgument } from "../call.js";
import { libraryClasses } from "../class-names.js";
import { DataError, type DatasetKind } from "../dataset.js";
import { isFile, readText } from "../files.js";
import { listedDataset } from "../listed.js";
import { namesOfSplit } from "../lists.js";
import { readMatLabels } from "../mat/labels.js";
import { imageFiles } from "../stems.js";

const LISTS = ["labels.txt", "classes-400.txt"];

export const pascalContext: DatasetKind = {
  name: "pascal_context",
  summary: "PASCAL-Context: 59 classes; all else is the class 0, and nothing is void",
  layout: `pascal-context/trainval/NAME.mat (LabelMap)
pascal-context/labels.txt (\`NUMBER: NAME\` of the 459 classes; or classes-400.txt)
VOCdevkit/VOC2010/JPEGImages/NAME.jpg
VOCdevkit/VOC2010/ImageSets/Main/SPLIT.txt`,
  splits: ["train", "val", "trainval"],
  settings: { voc: "the folder of VOC 2010" },
  async open(call) {
    const folder = await findFolder(call, ["pascal-context", "pascal_context", "context"], ["trainval"]);
    const named = textArgument(call, "voc");
    const voc = await findFolder(
      { kind: "pascal_context", arguments: named === null ? {} : { "0": named }, root: call.root },
      ["VOCdevkit/VOC2010", "VOC2010", "pascal/VOC2010", "pascal/VOCdevkit/VOC2010"],
      ["JPEGImages", join("ImageSets", "Main")],
    );
    const classes = await libraryClasses("pascalcontext.labels");
    const learnt = await classesLearnt(folder, classes);
    const names = await namesOfSplit(call, join(voc, "ImageSets", "Main"), splitOf(call, this.splits));
    const images = await imageFiles(join(voc, "JPEGImages"));
    return listedDataset(
      call,
      names,
      [{ name: "image", fileOf: (name) => images.get(name) ?? join(voc, "JPEGImages", `${name}.jpg`) }],
      [
        {
          name: "classes",
          classes,
          fileOf: (name) => join(folder, "trainval", `${name}.mat`),
          read: (path) => readMatLabels(path, ["LabelMap"], (value) => learnt.get(value) ?? (value >= 0 ? 0 : null)),
        },
      ],
    );
  },
};

/**
 * The class of those of the 459 numbers that are learnt. The library's names are those of the list of 459, which calls
 * three of the 59 otherwise: table, cloth and bedclothes.
 */
async function classesLearnt(folder: string, classes: readonly string[]): Promise<ReadonlyMap<number, number>> {
  const list = await firstFile(LISTS.map((file) => join(folder, file)));
  const numbers = new Map<string, number>();
  for (const line of (await readText(list)).split("\n")) {
    const [, number, name = ""] = /^\s*(\d{1,6})\s*:\s*(.*?)\s*$/.exec(line) ?? [];
    if (number !== undefined) numbers.set(name.replaceAll(" ", ""), Number(number));
  }
  const learnt = new Map<number, number>();
  for (const [index, name] of classes.entries()) {
    if (index === 0) continue;
    const number = numbers.get(name);
    if (number === undefined)
      throw new DataError(`${list} has no class \`${name}\``, [
        "it is the list of 459 classes that comes with the labels",
      ]);
    learnt.set(number, index);
  }
  return learnt;
}

async function firstFile(paths: readonly string[]): Promise<string> {
  for (const path of paths) if (await isFile(path)) return path;
  throw new DataError(`there is no file ${paths[0]}`, [
    "it comes with PASCAL-Context's labels, and names its 459 classes",
  ]);
}
