/** SBD, the Semantic Boundaries Dataset (Hariharan et al., 2011): labels for images of VOC 2011, in MAT-files. */
import { join } from "node:path";
import { splitOf } from "../call.js";
import { libraryClasses } from "../class-names.js";
import type { DatasetKind } from "../dataset.js";
import { listedDataset } from "../listed.js";
import { namesOfSplit } from "../lists.js";
import { readMatLabels } from "../mat/labels.js";
import { readLabelPicture } from "../pictures.js";
import { filesByStem, imageFiles } from "../stems.js";
import { sbddFolder } from "./sbdd-folder.js";

export const sbdd: DatasetKind = {
  name: "sbdd",
  summary: "SBD, with VOC's 20 classes and background; without void",
  layout: `benchmark_RELEASE/dataset/img/NAME.jpg
benchmark_RELEASE/dataset/cls/NAME.mat (GTcls.Segmentation), or NAME.png
benchmark_RELEASE/dataset/SPLIT.txt`,
  splits: ["train", "val", "trainval"],
  settings: {},
  async open(call) {
    const folder = await sbddFolder(call);
    const names = await namesOfSplit(call, folder, splitOf(call, this.splits));
    const images = await imageFiles(join(folder, "img"));
    const labels = await filesByStem(join(folder, "cls"), [".mat", ".png"]);
    return listedDataset(
      call,
      names,
      [{ name: "image", fileOf: (name) => images.get(name) ?? join(folder, "img", `${name}.jpg`) }],
      [
        {
          name: "classes",
          classes: await libraryClasses("voc.labels"),
          fileOf: (name) => labels.get(name) ?? join(folder, "cls", `${name}.mat`),
          read: (path) =>
            path.endsWith(".mat")
              ? readMatLabels(path, ["GTcls", "Segmentation"], (value) => value)
              : readLabelPicture(path),
        },
      ],
    );
  },
};
