/** What a check of whole data sets finds, on sets that are wrong in every way that people's sets are. */
import { cp, rm } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { compile } from "../../src/compile.js";
import { openReader } from "../../src/data/check/facts-reader.js";
import type { Finding } from "../../src/data/check/finding.js";
import { judgePlan, matchingOf } from "../../src/data/check/judge-plan.js";
import { judgeSet } from "../../src/data/check/judge-set.js";
import { overlapOf } from "../../src/data/check/overlap.js";
import { recognise } from "../../src/data/check/recognise.js";
import { surveyOf } from "../../src/data/check/survey.js";
import type { DatasetCall } from "../../src/data/dataset.js";
import { openDataset } from "../../src/data/datasets/index.js";
import { memoryHost } from "../../src/host.js";
import { writeRgbPng } from "../../src/images/png-write.js";
import { scratch } from "../weights/scratch.js";
import { labels, picture, refusal, vocFiles, writeFiles } from "./folders.js";

const folder = await scratch();
const signal = new AbortController().signal;
const survey = async (call: DatasetCall) => surveyOf(await openDataset(call), signal, () => undefined);
const vocCall = (root: string, split = "train"): DatasetCall => ({
  kind: "voc",
  arguments: { "0": "set", split },
  root,
});
const brief = (findings: readonly Finding[]) =>
  findings.map(({ severity, code, about }) => [severity, code, about.length]);

async function planOf(lines: string, recipe = "batch: 1") {
  const spec = `fcn 1
net small(classes: int = 3) {
  input image: rgb[H, W, 3] { mean: [0, 0, 0] }
${lines}
}
train small {
  init: seed(1)
  data: voc("set", split: "train")
  loss: softmax(reduce: mean)
  optimizer: adam(rate: 1e-3)
  steps: 1
  ${recipe}
}`;
  const { plan, diagnostics } = await compile(spec, memoryHost({}));
  expect(diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  if (!plan) throw new Error("no plan");
  return plan;
}

test("a sound set has sizes, shares of pixels, and no finding", async () => {
  const root = await writeFiles(join(folder, "sound"), {
    ...vocFiles("set", { train: ["a", "b"] }),
    "set/JPEGImages/b.png": picture(4, 5, 9),
    "set/SegmentationClass/b.png": labels(
      4,
      5,
      Array.from({ length: 20 }, () => 1),
    ),
  });
  const found = await survey(vocCall(root));
  expect(found).toMatchObject({ title: 'voc("set", split: "train")', names: ["a", "b"], read: 2, faults: [] });
  expect(found.sizes).toEqual([
    { size: [2, 3], images: 1, first: "a" },
    { size: [4, 5], images: 1, first: "b" },
  ]);
  expect(found.labelSets[0]).toMatchObject({ pixels: 26, allVoid: [] });
  expect(found.labelSets[0]?.values).toEqual([
    { value: 0, pixels: 2, images: 1 },
    { value: 1, pixels: 22, images: 2 },
    { value: 2, pixels: 1, images: 1 },
    { value: 255, pixels: 1, images: 1 },
  ]);
  expect(judgeSet(found, () => 3)).toEqual([]);
});

test("every fault of files is counted under its own name, and the rest of the set is still read", async () => {
  const names = ["good", "cut", "gone", "colour", "small", "same"];
  const root = await writeFiles(join(folder, "faults"), {
    ...vocFiles("set", { train: names }),
    "set/JPEGImages/cut.png": picture(2, 3).subarray(0, 50),
    "set/SegmentationClass/colour.png": writeRgbPng({ width: 3, height: 2, data: new Uint8Array(18) }),
    "set/SegmentationClass/small.png": labels(1, 3, [0, 0, 0]),
  });
  for (const [index, name] of ["gone", "colour", "small"].entries())
    await writeFiles(root, { [`set/JPEGImages/${name}.png`]: picture(2, 3, 50 + index) });
  await rm(join(root, "set/SegmentationClass/gone.png"));
  const found = await survey(vocCall(root));
  expect(found.read).toBe(2);
  const findings = judgeSet(found, () => 3);
  expect(brief(findings)).toEqual([
    ["error", "missing-files", 1],
    ["error", "unreadable-files", 1],
    ["error", "colour-labels", 1],
    ["error", "label-sizes", 1],
    ["warning", "repeated-images", 1],
  ]);
  expect(findings[0]?.message).toBe("1 of 6 examples: a file is missing");
  expect(findings[0]?.about[0]).toContain("gone.png");
  expect(findings[4]?.about).toEqual(["good = same"]);
});

test("labels beyond the classes, void alone, classes that never occur", async () => {
  const root = await writeFiles(join(folder, "labels"), {
    ...vocFiles("set", { train: ["a", "b"] }),
    "set/JPEGImages/b.png": picture(2, 3, 7),
    "set/SegmentationClass/a.png": labels(2, 3, [0, 7, 7, 9, 255, 0]),
    "set/SegmentationClass/b.png": labels(2, 3, [255, 255, 255, 255, 255, 255]),
  });
  const found = await survey(vocCall(root));
  const findings = judgeSet(found, () => 3);
  expect(brief(findings)).toEqual([
    ["error", "labels-out-of-range", 2],
    ["warning", "all-void", 1],
    ["warning", "absent-classes", 2],
  ]);
  expect(findings[0]?.about).toEqual(["7: 2 pixels in 1 image", "9: 1 pixel in 1 image"]);
  expect(brief(judgeSet(found, () => null))).toEqual([["warning", "all-void", 1]]);
});

test("black-and-white masks are told from labels", async () => {
  const root = await writeFiles(join(folder, "masks"), {
    "set/images/a.png": picture(2, 3),
    "set/labels/a.png": labels(2, 3, [0, 0, 255, 255, 0, 0]),
  });
  const call = { kind: "folder", arguments: { "0": "set" }, root };
  const [finding] = judgeSet(await survey(call), () => 2);
  expect(finding).toMatchObject({ severity: "error", code: "absent-classes" });
  expect(finding?.help.join()).toContain('values: "0,255"');
  const translated = await survey({ ...call, arguments: { "0": "set", values: "0,255" } });
  expect(judgeSet(translated, () => 2)).toEqual([]);
});

test("against a net: classes, void that counts, sizes that it does not take, batches of several sizes", async () => {
  const root = await writeFiles(join(folder, "net"), {
    ...vocFiles("set", { train: ["a", "b"] }),
    "set/JPEGImages/b.png": picture(4, 5, 9),
    "set/SegmentationClass/b.png": labels(
      4,
      5,
      Array.from({ length: 20 }, () => 1),
    ),
  });
  const dataset = await openDataset(vocCall(root));
  const found = await surveyOf(dataset, signal, () => undefined);
  const findingsFor = async (lines: string, recipe?: string) => {
    const plan = await planOf(lines, recipe);
    const matching = matchingOf(dataset, plan);
    return "outputs" in matching ? judgePlan(found, plan, matching, true) : [matching];
  };
  const pixelwise = "  score = image -> conv(classes, 1)\n  output score { ignore: 255 }";
  expect(await findingsFor(pixelwise)).toEqual([]);
  expect(brief(await findingsFor(pixelwise.replace("ignore: 255", "")))).toEqual([["error", "void-counted", 0]]);
  expect(brief(await findingsFor(pixelwise, "batch: 2"))).toEqual([["error", "batch-sizes", 0]]);
  expect(await findingsFor(pixelwise, "batch: 2\n  augment: { crop: 2x2 }")).toEqual([]);
  const small =
    "  deep = image -> conv(4, 3)\n  up = deconv(classes, 3)\n  score = crop(to: image)\n  output score { ignore: 255 }";
  const refused = await findingsFor(small);
  expect(brief(refused)).toEqual([["error", "image-sizes", 1]]);
  expect(refused[0]?.message).toBe("1 of 2 images have a size that small does not take");
  await writeFiles(root, { "set/two.labels": "x #000000\ny #ffffff\n" });
  const matching = matchingOf(await openDataset(vocCall(root)), await planOf(pixelwise));
  expect(matching).toMatchObject({ severity: "error", code: "another-net" });
});

test("images in both sets are found by their contents, and between VOC's sets by their names", async () => {
  const root = await writeFiles(join(folder, "both"), {
    ...vocFiles("VOC2011", { val: ["x", "y"], seg11valid: ["y"] }),
    "VOC2011/JPEGImages/y.png": picture(2, 3, 99),
    "benchmark_RELEASE/dataset/train.txt": "x\n",
    "benchmark_RELEASE/dataset/img/x.png": picture(2, 3, 1),
    "benchmark_RELEASE/dataset/cls/x.png": labels(2, 3, [0, 0, 0, 0, 0, 0]),
  });
  const surveyed = async (kind: string, split: string) => {
    const call = { kind, arguments: { split }, root };
    return { call, survey: await survey(call) };
  };
  const trained = await surveyed("sbdd", "train");
  const [finding, ...more] = overlapOf(trained, await surveyed("voc2011", "val"));
  expect(more).toEqual([]);
  expect(finding).toMatchObject({ severity: "error", code: "train-and-validate", about: ["x"] });
  expect(finding?.help.join()).toContain('voc2011(split: "seg11valid")');
  expect(overlapOf(trained, await surveyed("voc2011", "seg11valid"))).toEqual([]);
  const own = await writeFiles(join(folder, "renamed"), {
    ...vocFiles("set", { train: ["1", "2"], val: ["3"] }),
    "set/JPEGImages/1.png": picture(2, 3, 70),
    "set/JPEGImages/3.png": picture(2, 3, 70),
  });
  const [train, val] = await Promise.all(
    ["train", "val"].map(async (split) => ({ call: vocCall(own, split), survey: await survey(vocCall(own, split)) })),
  );
  expect(train && val && overlapOf(train, val)[0]?.about).toEqual(["3"]);
});

test("a folder's layout is recognised, as a set or as a data root", async () => {
  const root = await writeFiles(join(folder, "layouts"), {
    ...vocFiles("VOCdevkit/VOC2012", { train: ["a"], val: ["b"], trainval: ["a", "b"] }),
    "plain/images/a.png": picture(2, 3),
    "plain/labels/a.png": labels(2, 3, [0, 0, 0, 0, 0, 0]),
    "nothing/readme.txt": "",
  });
  const titles = async (place: string) => (await recognise(place)).map(({ dataset }) => dataset.title);
  const voc = join(root, "VOCdevkit/VOC2012");
  expect(await titles(voc)).toEqual(["train", "val"].map((split) => `voc(${JSON.stringify(voc)}, split: "${split}")`));
  expect(await titles(root)).toEqual(['voc2012(split: "train")', 'voc2012(split: "val")']);
  expect(await titles(join(root, "plain"))).toEqual([`folder(${JSON.stringify(join(root, "plain"))})`]);
  expect(await refusal(recognise(join(root, "nothing")))).toMatch(/layout of no data set[^]*docs\/data\.md/);
  await cp(voc, join(root, "broken"), { recursive: true });
  await writeFiles(root, { "broken/ImageSets/Segmentation/val.txt": "" });
  expect(await refusal(recognise(join(root, "broken")))).toMatch(/val\.txt is empty/);
});

test("threads find what this one finds, in the order of the list, faults too", async () => {
  const names = Array.from({ length: 30 }, (_, index) => `n${index}`);
  const root = await writeFiles(join(folder, "threads"), {
    ...vocFiles("set", { train: names }),
    "set/JPEGImages/n3.png": picture(4, 5, 7),
    "set/SegmentationClass/n4.png": labels(2, 3, [255, 255, 255, 255, 255, 255]),
    "set/JPEGImages/n5.png": "no picture",
  });
  await rm(join(root, "set", "SegmentationClass", "n6.png"));
  const dataset = await openDataset(vocCall(root));
  const alone = await surveyOf(dataset, signal, () => undefined);
  expect(alone.faults.map(({ name }) => name)).toEqual(["n3", "n5", "n6"]);
  const reader = openReader(vocCall(root), dataset, 3);
  const seen: number[] = [];
  try {
    expect(await surveyOf(dataset, signal, (done) => seen.push(done), reader)).toEqual(alone);
  } finally {
    await reader.close();
  }
  expect(seen).toEqual(names.map((_, index) => index + 1));
});

test("reading ends where it is interrupted", async () => {
  const controller = new AbortController();
  const root = await writeFiles(join(folder, "long"), vocFiles("set", { train: [..."abcdefghij"] }));
  const dataset = await openDataset(vocCall(root));
  await expect(surveyOf(dataset, controller.signal, () => controller.abort())).rejects.toThrow(/abort/);
});
