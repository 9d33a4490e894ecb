/** Cityscapes, and plain folders. */
import { join } from "node:path";
import { expect, test } from "vitest";
import { openDataset } from "../../src/data/datasets/index.js";
import { scratch } from "../weights/scratch.js";
import { labels, picture, refusal, writeFiles } from "./folders.js";

const folder = await scratch();
const open = (kind: string, root: string, given: Record<string, string>) =>
  openDataset({ kind, arguments: given, root });
const indices = (map: { readonly indices: ArrayLike<number> } | undefined): number[] => Array.from(map?.indices ?? []);

test("Cityscapes: numbers become the 19 classes unless somebody has converted them", async () => {
  const root = await writeFiles(join(folder, "streets"), {
    "cityscapes/leftImg8bit/val/ulm/ulm_000_leftImg8bit.png": picture(2, 3),
    "cityscapes/leftImg8bit/val/bonn/bonn_000_leftImg8bit.png": picture(2, 3),
    "cityscapes/gtFine/val/bonn/bonn_000_gtFine_labelIds.png": labels(2, 3, [0, 7, 8, 33, 4, 26]),
    "cityscapes/gtFine/val/ulm/ulm_000_gtFine_labelIds.png": labels(2, 3, [0, 7, 8, 33, 4, 26]),
    "cityscapes/gtFine/val/ulm/ulm_000_gtFine_labelTrainIds.png": labels(2, 3, [0, 1, 18, 255, 255, 13]),
  });
  const dataset = await open("cityscapes", root, { split: "val" });
  expect(dataset.names).toEqual(["bonn_000", "ulm_000"]);
  expect(dataset.labelSets[0]?.classes?.[13]).toBe("car");
  expect(indices((await dataset.read(0)).labels["classes"])).toEqual([255, 0, 1, 18, 255, 13]);
  expect(indices((await dataset.read(1)).labels["classes"])).toEqual([0, 1, 18, 255, 255, 13]);
  expect(await refusal(open("cityscapes", root, { split: "train" }))).toMatch(/no folder .*train\nthere are val/);
});

const pair = (images: string, masks: string, name: string) => ({
  [`${images}/${name}.png`]: picture(2, 3),
  [`${masks}/${name}.png`]: labels(2, 3, [0, 1, 2, 255, 1, 0]),
});

test.each([
  ["split first", pair("set/train/images", "set/train/labels", "a")],
  ["split last", pair("set/images/train", "set/labels/train", "a")],
  [
    "a list",
    { ...pair("set/images", "set/labels", "a"), ...pair("set/images", "set/labels", "b"), "set/train.txt": "a\n" },
  ],
])("plain folders, %s", async (name, files) => {
  const root = await writeFiles(join(folder, name), {
    ...files,
    "set/mine.labels": "x #000000\ny #ffffff\nz #ff0000\n",
  });
  const dataset = await open("folder", root, { "0": "set", split: "train" });
  expect(dataset.names).toEqual(["a"]);
  expect(dataset.labelSets[0]?.classes).toEqual(["x", "y", "z"]);
  expect(indices((await dataset.read(0)).labels["classes"])).toEqual([0, 1, 2, 255, 1, 0]);
  expect(await refusal(open("folder", root, { "0": "set", split: "test" }))).toMatch(
    /has no split `test`[^]*test\.txt/,
  );
});

test("folders may be named one by one, and values that are no indices are translated", async () => {
  const root = await writeFiles(join(folder, "named"), {
    "photos/a.png": picture(1, 3),
    "masks/a.png": labels(1, 3, [255, 0, 7]),
    "two.labels": "no #000000\nyes #ffffff\n",
  });
  const given = { images: "photos", labels: "masks", classes: "two.labels" };
  const dataset = await open("folder", root, { ...given, values: "0,255" });
  expect(dataset.labelSets[0]?.classes).toEqual(["no", "yes"]);
  expect(indices((await dataset.read(0)).labels["classes"])).toEqual([1, 0, 255]);
  expect(await refusal(open("folder", root, { ...given, values: "0,0" }))).toMatch(/no list of whole numbers/);
  expect(await refusal(open("folder", root, { images: "photos" }))).toMatch(/does not say where/);
  expect(await refusal(open("folder", root, { images: "photos", labels: "gone" }))).toMatch(/no folder .*gone/);
  // A split that is named is looked for, and not passed over.
  expect(await refusal(open("folder", root, { images: "photos", labels: "masks", split: "train" }))).toMatch(
    /no split `train`\na split is folders train.photos and train.masks, or photos.train and masks.train, or a list train\.txt\nwithout `split`/,
  );
  const [photos, masks] = [join(root, "photos"), join(root, "masks")];
  expect(await refusal(open("folder", root, { images: photos, labels: masks, split: "train" }))).toContain(
    `a split is folders ${photos}/train and ${masks}/train, or a list train.txt`,
  );
});

test.each([
  ["both", { images: "photos", labels: "masks" }, pair("set/photos", "set/masks", "a")],
  ["one", { labels: "masks" }, pair("set/images", "set/masks", "a")],
  ["split first", { images: "photos", split: "val" }, pair("set/val/photos", "set/val/labels", "a")],
  ["split last", { images: "photos", split: "val" }, pair("set/photos/val", "set/labels/val", "a")],
  [
    "a list",
    { labels: "masks", split: "val" },
    { ...pair("set/images", "set/masks", "a"), ...pair("set/images", "set/masks", "b"), "set/val.txt": "a\n" },
  ],
])("named folders are those of the set's folder: %s", async (name, given, files) => {
  const root = await writeFiles(join(folder, `own ${name}`), { ...files, ...pair("photos", "masks", "astray") });
  expect((await open("folder", root, { "0": "set", ...given })).names).toEqual(["a"]);
});

test("images without labels, and folders without images, are refused before anything is read", async () => {
  const root = await writeFiles(join(folder, "bad"), {
    ...pair("set/images", "set/labels", "a"),
    "set/images/b.jpg": picture(2, 3),
    "none/images/readme.txt": "",
    "none/labels/readme.txt": "",
    "wrong.labels": "cat\n",
  });
  expect(await refusal(open("folder", root, { "0": "set" }))).toMatch(/no labels for 1 of 2 images: b\n.*b\.png/);
  expect(await refusal(open("folder", root, { "0": "none" }))).toMatch(/none.images holds no image/);
  expect(await refusal(open("folder", root, { "0": "nowhere" }))).toMatch(/no folder .*nowhere/);
  const listed = await writeFiles(root, { "set/train.txt": "a\n" });
  expect(await refusal(open("folder", listed, { "0": "set", split: "train", classes: "wrong.labels" }))).toMatch(
    /line 1 of .*wrong\.labels: there is no colour/,
  );
});
