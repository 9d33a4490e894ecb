/** NYUDv2 as the FCN reference repository has it: colour, depth and HHA, and the 40 classes of Gupta et al. (2013). */
import { join } from "node:path";
import { findFolder, splitOf } from "../call.js";
import { libraryClasses } from "../class-names.js";
import { VOID, type DatasetKind } from "../dataset.js";
import { isFolder } from "../files.js";
import { listedDataset, type Part } from "../listed.js";
import { namesOfSplit } from "../lists.js";
import { readMatLabels } from "../mat/labels.js";

/** What an example has, and the folder of each; sets without HHA or depth have the others alone. */
const PARTS: readonly (readonly [name: string, folder: string])[] = [
  ["color", "images"],
  ["depth", "depth"],
  ["hha", "hha"],
];

export const nyud: DatasetKind = {
  name: "nyud",
  summary: "NYUDv2: colour, depth and HHA, 40 classes; 0 in its files is void",
  layout: `nyud/data/images/img_NAME.png
nyud/data/depth/img_NAME.png (16 bits)
nyud/data/hha/img_NAME.png
nyud/segmentation/img_NAME.mat (segmentation)
nyud/SPLIT.txt`,
  splits: ["train", "val", "trainval", "test"],
  settings: {},
  async open(call) {
    const folder = await findFolder(
      call,
      ["nyud", "NYUDv2", "nyudv2", "nyud_v2"],
      [join("data", "images"), "segmentation"],
    );
    const parts: Part[] = [];
    for (const [name, place] of PARTS)
      if (await isFolder(join(folder, "data", place)))
        parts.push({ name, fileOf: (example) => join(folder, "data", place, `img_${example}.png`) });
    return listedDataset(call, await namesOfSplit(call, folder, splitOf(call, this.splits)), parts, [
      {
        name: "classes",
        classes: await libraryClasses("nyud.labels"),
        fileOf: (name) => join(folder, "segmentation", `img_${name}.mat`),
        read: (path) => readMatLabels(path, ["segmentation"], (value) => (value === 0 ? VOID : value - 1)),
      },
    ]);
  },
};
