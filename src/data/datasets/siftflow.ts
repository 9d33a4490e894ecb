/** SIFT Flow: semantic labels (Liu et al., 2009) and geometric ones (Tighe and Lazebnik, 2010) for the same images. */
import { join } from "node:path";
import { findFolder, splitOf } from "../call.js";
import { libraryClasses } from "../class-names.js";
import { VOID, type DatasetKind } from "../dataset.js";
import { listedDataset } from "../listed.js";
import { namesOfSplit } from "../lists.js";
import { readMatLabels } from "../mat/labels.js";
import { imageFiles } from "../stems.js";

const SCENES = "spatial_envelope_256x256_static_8outdoorcategories";
/** Void is 0 in the semantic labels and -1 or 0 in the geometric ones. */
const fromOne = (value: number): number => (value === 0 || value === -1 ? VOID : value - 1);

export const siftflow: DatasetKind = {
  name: "siftflow",
  summary: "SIFT Flow: 33 semantic and 3 geometric classes",
  layout: `sift-flow/Images/${SCENES}/NAME.jpg
sift-flow/SemanticLabels/${SCENES}/NAME.mat (S)
sift-flow/GeoLabels/${SCENES}/NAME.mat (S)
sift-flow/SPLIT.txt`,
  splits: ["trainval", "test"],
  settings: {},
  async open(call) {
    const folder = await findFolder(
      call,
      ["sift-flow", "siftflow", "SiftFlowDataset"],
      ["Images", "SemanticLabels", "GeoLabels"].map((part) => join(part, SCENES)),
    );
    const names = await namesOfSplit(call, folder, splitOf(call, this.splits));
    const images = await imageFiles(join(folder, "Images", SCENES));
    const labelsOf = async (name: string, part: string) => ({
      name,
      classes: await libraryClasses(`siftflow-${name}.labels`),
      fileOf: (example: string) => join(folder, part, SCENES, `${example}.mat`),
      read: (path: string) => readMatLabels(path, ["S"], fromOne),
    });
    return listedDataset(
      call,
      names,
      [{ name: "image", fileOf: (name) => images.get(name) ?? join(folder, "Images", SCENES, `${name}.jpg`) }],
      [await labelsOf("semantic", "SemanticLabels"), await labelsOf("geometric", "GeoLabels")],
    );
  },
};
