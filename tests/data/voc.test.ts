import { rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { datasetCallOf, openDataset } from "../../src/data/datasets/index.js";
import { admitFiles } from "../../src/data/files-present.js";
import { writeRgbPng } from "../../src/images/png-write.js";
import { scratch } from "../weights/scratch.js";
import { labels, picture, refusal, vocFiles, writeFiles } from "./folders.js";

const folder = await scratch();
const call = (kind: string, root: string, given: Record<string, string> = { split: "val" }) => ({
  kind,
  arguments: given,
  root,
});

test("a year of VOC is found below the data root, and its images and labels are read as they are stored", async () => {
  const root = join(folder, "plain");
  await writeFiles(
    root,
    vocFiles("VOCdevkit/VOC2012", { val: ["2007_000033", "2007_000042"], train: ["2007_000032"] }),
  );
  const dataset = await openDataset(call("voc2012", root));
  expect(dataset.title).toBe('voc2012(split: "val")');
  expect(dataset.names).toEqual(["2007_000033", "2007_000042"]);
  expect(dataset.parts).toEqual(["image"]);
  expect(dataset.labelSets[0]?.name).toBe("classes");
  expect(dataset.labelSets[0]?.classes?.slice(0, 2)).toEqual(["background", "aeroplane"]);
  expect(dataset.labelSets[0]?.classes).toHaveLength(21);
  expect(dataset.filesOf(1)).toEqual([
    join(root, "VOCdevkit", "VOC2012", "JPEGImages", "2007_000042.png"),
    join(root, "VOCdevkit", "VOC2012", "SegmentationClass", "2007_000042.png"),
  ]);
  const { name, images, labels: maps } = await dataset.read(1);
  expect(name).toBe("2007_000042");
  expect(images["image"]).toMatchObject({ width: 3, height: 2, channels: 3, depth: 8 });
  expect([...(images["image"]?.data ?? [])]).toEqual([...Array(18).keys()]);
  expect(maps["classes"]).toEqual({ width: 3, height: 2, indices: Uint8Array.from([0, 0, 1, 1, 255, 2]) });
});

test("seg11valid is VOC 2011's val without what SBD trains on, or its own list where that is there", async () => {
  const root = join(folder, "with-sbd");
  await writeFiles(root, {
    ...vocFiles("VOC2011", { val: ["a", "b", "c"] }),
    "benchmark_RELEASE/dataset/img/b.jpg": "",
    "benchmark_RELEASE/dataset/cls/b.mat": "",
    "benchmark_RELEASE/dataset/train.txt": "b\nz\n",
  });
  const seg11valid = call("voc2011", root, { split: "seg11valid" });
  expect((await openDataset(seg11valid)).names).toEqual(["a", "c"]);
  await writeFiles(root, { "VOC2011/ImageSets/Segmentation/seg11valid.txt": "c\r\n" });
  expect((await openDataset(seg11valid)).names).toEqual(["c"]);
  await rm(join(root, "VOC2011/ImageSets/Segmentation/seg11valid.txt"));
  await rm(join(root, "benchmark_RELEASE"), { recursive: true });
  expect(await refusal(openDataset(seg11valid))).toMatch(/no list .*seg11valid\.txt, and no SBD.*\n.*shelhamer[^]*SBD/);
});

test("a folder of one's own is taken with the classes that lie in it", async () => {
  const root = join(folder, "own");
  await writeFiles(root, {
    ...vocFiles("shapes", { train: ["one"] }),
    "shapes/shapes.labels": "ground #000000\nstar #ff0000\n",
    "other.labels": "x #000000\n",
  });
  const own = { "0": "shapes", split: "train" };
  expect((await openDataset(call("voc", root, own))).labelSets).toEqual([
    { name: "classes", classes: ["ground", "star"] },
  ]);
  const named = await openDataset(call("voc", root, { ...own, classes: "other.labels" }));
  expect(named.labelSets[0]?.classes).toEqual(["x"]);
  const value = { call: "voc", arguments: { "0": "shapes", split: "train", seed: 7 } };
  expect((await openDataset(datasetCallOf(value, root))).title).toBe('voc("shapes", split: "train", seed: 7)');
});

test("what is not there is said with the place that was looked at and a way out", async () => {
  const root = join(folder, "wrong");
  await writeFiles(root, { ...vocFiles("VOC2012", { train: ["a"] }), "empty/JPEGImages/a.png": picture(1, 1) });
  expect(await refusal(openDataset(call("voc2011", root)))).toMatch(/none of .*VOCdevkit.VOC2011.*\n.*--data-root/);
  expect(await refusal(openDataset(call("voc2012", root)))).toMatch(/no list .*val\.txt\nthere are train$/);
  expect(await refusal(openDataset(call("voc2012", root, {})))).toMatch(/names no split\nadd `split: "train"`/);
  expect(await refusal(openDataset(call("voc", root, { "0": "empty", split: "train" })))).toMatch(
    /is no folder of `voc`: it lacks SegmentationClass\//,
  );
  expect(await refusal(openDataset(call("voc", root)))).toMatch(/names no folder/);
  expect(await refusal(openDataset(call("voc2013", root)))).toMatch(/no data set `voc2013`\ndid you mean `voc2011`/);
  expect(await refusal(openDataset(call("voc2012", root, { splitt: "train" })))).toMatch(/did you mean `split`/);
  expect(await refusal(openDataset(call("voc2012", root, { split: "../x" })))).toMatch(/no name of a split/);
  await writeFiles(root, { "VOC2012/ImageSets/Segmentation/val.txt": "\n\n" });
  expect(await refusal(openDataset(call("voc2012", root)))).toMatch(/val\.txt is empty/);
  await writeFiles(root, { "VOC2012/ImageSets/Segmentation/val.txt": "a\n/JPEGImages/a.jpg /Seg/a.png\n" });
  expect(await refusal(openDataset(call("voc2012", root)))).toMatch(/line 2 of .*val\.txt is no name/);
});

test("examples that cannot be used name the file and the fault", async () => {
  const root = join(folder, "faults");
  await writeFiles(root, vocFiles("set", { train: ["good", "cut", "small", "colour", "gone"] }));
  const labelsFolder = "set/SegmentationClass";
  await writeFiles(root, {
    "set/JPEGImages/cut.png": picture(2, 3).subarray(0, 60),
    [`${labelsFolder}/small.png`]: labels(1, 3, [0, 1, 2]),
    [`${labelsFolder}/colour.png`]: writeRgbPng({ width: 3, height: 2, data: new Uint8Array(18) }),
  });
  await rename(join(root, labelsFolder, "gone.png"), join(root, labelsFolder, "elsewhere.png"));
  const dataset = await openDataset(call("voc", root, { "0": "set", split: "train" }));
  const faultOf = (index: number): Promise<unknown> => dataset.read(index).catch((error: unknown) => error);
  expect((await dataset.read(0)).name).toBe("good");
  expect(await faultOf(1)).toMatchObject({
    fault: "unreadable",
    message: expect.stringContaining("cut.png") as string,
  });
  expect(await faultOf(2)).toMatchObject({
    fault: "label-size",
    message: expect.stringMatching(/small\.png is 1x3 px, and its image .*small\.png 2x3/) as string,
  });
  expect(await faultOf(3)).toMatchObject({ fault: "colour-labels" });
  expect(await faultOf(4)).toMatchObject({ fault: "missing", message: expect.stringContaining("gone.png") as string });
  expect(await refusal(admitFiles(dataset))).toMatch(/a file is missing: .*gone\.png/);
  await writeFiles(root, { "set/JPEGImages/good.jpg": picture(2, 3) });
  expect(await refusal(openDataset(call("voc", root, { "0": "set", split: "train" })))).toMatch(
    /two files for one image/,
  );
});
