import { createHash } from "node:crypto";
import { mkdir, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openDataset } from "../../src/data/datasets/index.js";
import { SHAPES } from "../../src/data/shapes/outlines.js";
import { drawScene } from "../../src/data/shapes/scene.js";
import { withVoidBorders } from "../../src/data/shapes/void-border.js";
import { writeShapes, type ShapesSettings } from "../../src/data/shapes/write-shapes.js";
import { scratch } from "../weights/scratch.js";

const folder = await scratch();

async function made(name: string, settings: Partial<ShapesSettings>): Promise<string> {
  const place = join(folder, name);
  await mkdir(place);
  const all = { images: 2, validation: 1, height: 40, width: 56, seed: 0, shapes: SHAPES, ...settings };
  await writeShapes(place, all, new AbortController().signal, () => undefined);
  return place;
}

test("a seed draws the same pixels on every machine", () => {
  const { image, mask } = drawScene(96, 128, SHAPES, 5, "train_00001");
  const digest = createHash("sha256").update(image.data).update(Uint8Array.from(mask.indices)).digest("hex");
  expect(digest).toBe("4c2d473436a77cbec0f72826d4d87052b7ac52c006c458c8acabcc7022d09804");
  expect(drawScene(96, 128, SHAPES, 6, "train_00001").image.data).not.toEqual(image.data);
});

test("void lies along outlines: a pixel counts where its neighbours are of its class", () => {
  const row = [1, 1, 1, 0, 0, 0, 2];
  const { indices } = withVoidBorders({ width: 7, height: 1, indices: Uint8Array.from(row) });
  expect([...indices]).toEqual([1, 1, 255, 255, 0, 255, 255]);
});

test("every class is common enough to be learnt, and the ground is most of each set", () => {
  const pixels = new Float64Array(256);
  for (let number = 0; number < 60; number += 1)
    for (const index of drawScene(80, 96, SHAPES, 1, `train_${number}`).mask.indices) pixels[index]! += 1;
  const share = (index: number): number => pixels[index]! / (60 * 80 * 96);
  for (let label = 1; label <= SHAPES.length; label += 1) expect(share(label)).toBeGreaterThan(0.004);
  expect(share(0)).toBeGreaterThan(0.5);
  expect(share(255)).toBeGreaterThan(0.01);
  expect(share(255)).toBeLessThan(0.15);
});

test("the set is in VOC's layout, says what it is, and more images leave the others as they are", async () => {
  const small = await made("small", {});
  const large = await made("large", { images: 4 });
  const dataset = await openDataset({ kind: "voc", arguments: { "0": large, split: "trainval" }, root: "" });
  expect(dataset.names).toEqual(["train_00001", "train_00002", "train_00003", "train_00004", "val_00001"]);
  expect(dataset.labelSets[0]?.classes).toEqual(["background", ...SHAPES.map(({ name }) => name)]);
  const example = await dataset.read(4);
  expect(example.images["image"]).toMatchObject({ height: 40, width: 56, channels: 3 });
  expect(example.labels["classes"]?.indices).toEqual(drawScene(40, 56, SHAPES, 0, "val_00001").mask.indices);
  for (const path of ["JPEGImages/train_00002.png", "SegmentationClass/val_00001.png"])
    expect(await readFile(join(large, path))).toEqual(await readFile(join(small, path)));
  expect(await readFile(join(large, "README.md"), "utf8")).toMatch(/example data set, made up by a program/);
  expect(await readdir(large)).toEqual(["ImageSets", "JPEGImages", "README.md", "SegmentationClass", "shapes.labels"]);
});

test("work that is interrupted ends after an image", async () => {
  const controller = new AbortController();
  const place = join(folder, "stopped");
  await mkdir(place);
  const settings = { images: 9, validation: 1, height: 40, width: 40, seed: 0, shapes: SHAPES };
  const stopped = writeShapes(place, settings, controller.signal, (done) => done === 2 && controller.abort());
  await expect(stopped).rejects.toThrow(/abort/);
  expect(await readdir(join(place, "JPEGImages"))).toHaveLength(2);
});
