import { rm } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { vocFiles, writeFiles } from "../data/folders.js";
import { scratch } from "../weights/scratch.js";
import { run } from "./run.js";

const folder = await scratch();

const spec = `fcn 1

net small(classes: int = 3) {
  input image: rgb[H, W, 3] { mean: [0, 0, 0] }
  score = image -> conv(classes, 1)
  output score { labels: "small.labels", ignore: 255 }
}

train small {
  init: seed(1)
  data: voc("set", split: "train", seed: 1337, order: "replacement")
  validate: voc("set", split: "val")
  loss: softmax(reduce: mean)
  optimizer: adam(rate: 1e-3)
  batch: 1
  steps: 1
}
`;

interface Report {
  readonly net: string | null;
  readonly sets: readonly { readonly role: string | null; readonly images: number; readonly usable: number }[];
  readonly findings: readonly { readonly code: string; readonly about: readonly string[]; readonly more: number }[];
}

test("a recipe's data is read whole: what is in it, and what would spoil training", async () => {
  const root = join(folder, "recipe");
  await writeFiles(root, {
    ...vocFiles("set", { train: ["a"], val: ["b"] }),
    "small.fcn": spec,
    "small.labels": "ground #000000\nleaf #00ff00\nstone #808080\n",
  });
  const { code, out, err } = await run(["data", "check", "small.fcn"], { cwd: root });
  expect(code).toBe(1);
  expect(err).toBe("");
  expect(out).toMatch(/^trained on: voc\("set", split: "train"\): 1 image, all of 2x3 px\n/);
  expect(out).toMatch(/\n +0 +ground +33\.33% +1\n +1 +leaf /);
  expect(out).toMatch(/error\[train-and-validate\]: .*1 of 1 image are in voc\("set", split: "train"\)[^]*\n    b\n/);
  const json = await run(["data", "check", "small.fcn", "--format", "json"], { cwd: root });
  const report = JSON.parse(json.out) as Report;
  expect(report.net).toBe("small");
  expect(report.sets.map(({ role, images, usable }) => [role, images, usable])).toEqual([
    ["train", 1, 1],
    ["validate", 1, 1],
  ]);
  expect(report.findings).toMatchObject([{ code: "train-and-validate", about: ["b"], more: 0 }]);
});

test("a call and a folder are checked by themselves; 20 faults are named and the rest counted", async () => {
  const root = join(folder, "call");
  const names = Array.from({ length: 23 }, (_, index) => `n${index}`);
  await writeFiles(root, vocFiles("set", { train: ["a"], lost: names }));
  const sound = await run(["data", "check", "set"], { cwd: root });
  expect(sound.err).toBe("");
  expect(sound.out).toMatch(/nothing is wrong\n$/);
  expect(sound.code).toBe(0);
  for (const name of names) await rm(join(root, "set/JPEGImages", `${name}.png`));
  const lost = await run(["data", "check", 'voc("set", split: "lost")', "--data-root", "."], { cwd: root });
  expect(lost.code).toBe(1);
  expect(lost.out).toMatch(
    /error\[missing-files\]: .*23 of 23 examples: a file is missing\n(    .*\n){20}    and 3 more\n/,
  );
  expect(lost.out).toMatch(/error\[no-image\]: .*not one example can be used/);
});

test.each([
  ["nothing.txt", /`nothing\.txt` is no spec, no folder and no call of a data set/],
  ['voc("set", split: 3)', /split/],
  ['vco("set", split: "train")', /`vco`[^]*voc/],
  [".", /has the layout of no data set/],
])("%s is refused in words", async (what, message) => {
  const { code, err } = await run(["data", "check", what], { cwd: folder });
  expect(code).toBe(1);
  expect(err).toMatch(message);
});
