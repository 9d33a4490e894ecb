/** Cityscapes (Cordts et al., 2016), and sets in its layout: the 19 classes that are evaluated. */
import { join } from "node:path";
import { callText, findFolder, splitOf } from "../call.js";
import { DataError, VOID, type DatasetKind, type LabelMap } from "../dataset.js";
import { isFolder, namesIn } from "../files.js";
import { listedDataset } from "../listed.js";
import { readLabelPicture } from "../pictures.js";

/** The numbers that `_labelIds.png` stores for the classes, in the order in which they are trained. */
const CLASSES: readonly (readonly [id: number, name: string])[] = [
  [7, "road"],
  [8, "sidewalk"],
  [11, "building"],
  [12, "wall"],
  [13, "fence"],
  [17, "pole"],
  [19, "traffic light"],
  [20, "traffic sign"],
  [21, "vegetation"],
  [22, "terrain"],
  [23, "sky"],
  [24, "person"],
  [25, "rider"],
  [26, "car"],
  [27, "truck"],
  [28, "bus"],
  [31, "train"],
  [32, "motorcycle"],
  [33, "bicycle"],
];

/** By stored number; what is not evaluated is void. */
const CLASS_OF = Uint8Array.from({ length: 256 }, (_, id) => {
  const index = CLASSES.findIndex(([stored]) => stored === id);
  return index < 0 ? VOID : index;
});

const TRAIN_IDS = "_gtFine_labelTrainIds.png";
const IDS = "_gtFine_labelIds.png";
const IMAGE = "_leftImg8bit.png";

export const cityscapes: DatasetKind = {
  name: "cityscapes",
  summary: "Cityscapes: the 19 classes that are evaluated; all else is void",
  layout: `cityscapes/leftImg8bit/SPLIT/CITY/NAME${IMAGE}
cityscapes/gtFine/SPLIT/CITY/NAME${IDS}, or NAME${TRAIN_IDS}`,
  splits: ["train", "val"],
  settings: {},
  async open(call) {
    const folder = await findFolder(call, ["cityscapes", "Cityscapes"], ["leftImg8bit", "gtFine"]);
    const split = splitOf(call, this.splits);
    const images = join(folder, "leftImg8bit", split);
    if (!(await isFolder(images)))
      throw new DataError(
        `\`${callText(call)}\`: there is no folder ${images}`,
        [`there are ${((await namesIn(join(folder, "leftImg8bit"))) ?? []).join(", ") || "no splits"}`],
        { fault: "absent" },
      );
    const found = new Map<string, { readonly image: string; readonly labels: string }>();
    for (const city of (await namesIn(images)) ?? []) {
      const labels = join(folder, "gtFine", split, city);
      const converted = new Set(((await namesIn(labels)) ?? []).filter((file) => file.endsWith(TRAIN_IDS)));
      for (const file of (await namesIn(join(images, city))) ?? []) {
        if (!file.endsWith(IMAGE) || file.startsWith(".")) continue;
        const name = file.slice(0, -IMAGE.length);
        const end = converted.has(name + TRAIN_IDS) ? TRAIN_IDS : IDS;
        found.set(name, { image: join(images, city, file), labels: join(labels, name + end) });
      }
    }
    if (found.size === 0) throw new DataError(`${images} holds no image: none of CITY/NAME${IMAGE}`);
    return listedDataset(
      call,
      [...found.keys()],
      [{ name: "image", fileOf: (name) => found.get(name)?.image ?? "" }],
      [
        {
          name: "classes",
          classes: CLASSES.map(([, name]) => name),
          fileOf: (name) => found.get(name)?.labels ?? "",
          read: readStreetLabels,
        },
      ],
    );
  },
};

async function readStreetLabels(path: string): Promise<LabelMap> {
  const stored = await readLabelPicture(path);
  if (path.endsWith(TRAIN_IDS)) return stored;
  return { ...stored, indices: Uint8Array.from(stored.indices, (id) => CLASS_OF[id] ?? VOID) };
}
