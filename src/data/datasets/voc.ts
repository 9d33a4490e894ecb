/** PASCAL VOC's segmentation sets, and any folder in their layout. */
import { join } from "node:path";
import { callText, findFolder, splitOf, textArgument } from "../call.js";
import { folderClasses, libraryClasses } from "../class-names.js";
import { DataError, type Dataset, type DatasetCall, type DatasetKind } from "../dataset.js";
import { isFile, readNames } from "../files.js";
import { listedDataset } from "../listed.js";
import { namesOfSplit } from "../lists.js";
import { readLabelPicture } from "../pictures.js";
import { imageFiles } from "../stems.js";
import { seg11valid } from "./seg11valid.js";

const IMAGES = "JPEGImages";
const LABELS = "SegmentationClass";
const LISTS = join("ImageSets", "Segmentation");

const layout = (folder: string): string =>
  [
    `${folder}/JPEGImages/NAME.jpg`,
    `${folder}/SegmentationClass/NAME.png`,
    `${folder}/ImageSets/Segmentation/SPLIT.txt`,
  ].join("\n");

/** A year of VOC, at one of the places where people have it. */
function year(name: string, folder: string, moreSplits: readonly string[]): DatasetKind {
  const splits = ["train", "val", "trainval", ...moreSplits];
  return {
    name,
    summary: `PASCAL VOC ${name.slice(3)}, segmentation: 20 classes and background`,
    layout: layout(`VOCdevkit/${folder}`),
    splits,
    settings: {},
    open: async (call) => openVoc(call, await findVoc(call, folder), splits, await libraryClasses("voc.labels")),
  };
}

export const voc2011 = year("voc2011", "VOC2011", ["seg11valid"]);
export const voc2012 = year("voc2012", "VOC2012", []);

export const voc: DatasetKind = {
  name: "voc",
  summary: "any folder in PASCAL VOC's layout, with images of JPEG or PNG",
  layout: `${layout("FOLDER")}\nFOLDER/ANY.labels (if there is one: names of the classes)`,
  splits: ["train", "val", "trainval"],
  settings: { classes: "a `.labels` file with the names of the classes" },
  async open(call) {
    if (textArgument(call, "0") === null)
      throw new DataError(`\`${callText(call)}\` names no folder`, ['write `voc("FOLDER", split: "train")`'], {
        fault: "absent",
      });
    const folder = await findFolder(call, [], [IMAGES, LABELS]);
    return openVoc(call, folder, this.splits, await folderClasses(call, folder));
  },
};

/** @throws {DataError} */
export const findVoc = (call: DatasetCall, folder: string): Promise<string> =>
  findFolder(call, [`VOCdevkit/${folder}`, folder, `pascal/${folder}`, `pascal/VOCdevkit/${folder}`], [IMAGES, LABELS]);

async function openVoc(
  call: DatasetCall,
  folder: string,
  splits: readonly string[],
  classes: readonly string[] | null,
): Promise<Dataset> {
  const split = splitOf(call, splits);
  const names = await namesOf(call, folder, split);
  const images = await imageFiles(join(folder, IMAGES));
  return listedDataset(
    call,
    names,
    [{ name: "image", fileOf: (name) => images.get(name) ?? join(folder, IMAGES, `${name}.jpg`) }],
    [{ name: "classes", classes, fileOf: (name) => join(folder, LABELS, `${name}.png`), read: readLabelPicture }],
  );
}

/** The names of a split, from its list; that of `seg11valid` can be computed. */
async function namesOf(call: DatasetCall, folder: string, split: string): Promise<readonly string[]> {
  const list = join(folder, LISTS, `${split}.txt`);
  if (split === "seg11valid" && call.kind === "voc2011" && !(await isFile(list)))
    return seg11valid(call, list, await readNames(join(folder, LISTS, "val.txt")));
  return namesOfSplit(call, join(folder, LISTS), split);
}
