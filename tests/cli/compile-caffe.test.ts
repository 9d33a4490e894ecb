/** `fcnc compile --target caffe`, as a user runs it. */
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import { SMALL, workplace } from "./material.js";
import { run, runJson } from "./run.js";

const RECIPE = `
train small {
  init: weights("vgg16-fcn.safetensors")
  data: folder("photos", split: "train")
  loss: softmax(reduce: mean)
  optimizer: sgd(rate: 1e-3, momentum: 0.9, decay: 5e-4)
  schedule: cosine
  batch: 4
  steps: 1000
}
`;
const WITH_WEIGHTS = ["deploy.prototxt", "weights.caffemodel"];

const place = await workplace();
let cwd = "";
let count = 0;
beforeEach(async () => {
  cwd = place.path(String(++count));
  await mkdir(cwd);
  await writeFile(join(cwd, "small.fcn"), SMALL);
});

const listed = async (folder: string): Promise<string[]> => (await readdir(join(cwd, folder))).sort();
const caffe = (...more: string[]): string[] => ["compile", "small.fcn", "--target", "caffe", ...more];

test("without weights: the net, and the list of what is wanted", async () => {
  const { code, out, err } = await run(caffe(), { cwd });
  expect(code).toBe(0);
  expect(out).toMatch(/wrote fcnc-out\/small \([\d.]+ kB\): deploy.prototxt, weights-wanted.json\n$/);
  expect(err).toContain("note: The spec has no `train`: there is deploy.prototxt");
  expect(err).toContain("note: No weights were given: there is no caffemodel.");
  expect(await listed("fcnc-out/small")).toEqual(["deploy.prototxt", "weights-wanted.json"]);
});

test("a recipe's nets and solver, and what Caffe does otherwise", async () => {
  await writeFile(join(cwd, "small.fcn"), SMALL + RECIPE);
  const { code, json } = await runJson(caffe("--out", "caffe"), { cwd });
  expect(code).toBe(0);
  expect(json).toMatchObject({ target: "caffe", hasWeights: false, folder: "caffe" });
  const { files, notes } = json as { files: { path: string }[]; notes: string[] };
  expect(files.map(({ path }) => path)).toEqual(await listed("caffe"));
  expect(notes).toContain("Caffe has no cosine schedule: solver.prototxt keeps the rate as it is.");
  const read = (name: string): Promise<string> => readFile(join(cwd, "caffe", name), "utf8");
  expect(await read("solver.prototxt")).toContain('lr_policy: "fixed"\nbase_lr: 0.001\nmomentum: 0.9\n');
  expect(await read("train.prototxt")).toContain('hdf5_data_param {\n    source: "train.txt"\n    batch_size: 4\n');
});

test("what was written is read back, number by number", async () => {
  expect((await run(caffe("--weights", "init", "--seed", "7", "--out", "first"), { cwd })).code).toBe(0);
  expect(await listed("first")).toEqual(WITH_WEIGHTS);
  const again = await run(caffe("--weights", "first/weights.caffemodel", "--out", "second"), { cwd });
  expect(again.code).toBe(0);
  const model = (folder: string): Promise<Buffer> => readFile(join(cwd, folder, "weights.caffemodel"));
  expect((await model("second")).equals(await model("first"))).toBe(true);
});

test("a second run takes the first one's place, and a snapshot is never lost", async () => {
  await run(caffe("--weights", "init", "--out", "caffe"), { cwd });
  expect((await run(caffe("--out", "caffe"), { cwd })).code).toBe(0);
  expect(await listed("caffe")).toEqual(["deploy.prototxt", "weights-wanted.json"]);
  await writeFile(join(cwd, "caffe/train_iter_4000.caffemodel"), "weeks of work");
  const { code, err } = await run(caffe("--out", "caffe"), { cwd });
  expect(code).toBe(1);
  expect(err).toContain("it holds `train_iter_4000.caffemodel`, which fcnc has not written");
});

test("what Caffe cannot say ends with its line", async () => {
  await writeFile(
    join(cwd, "small.fcn"),
    "fcn 1\nnet small {\n  input image: raw[H, W, 3]\n  up = image -> resize(2x)\n  output up\n}\n",
  );
  const { code, err } = await run(caffe(), { cwd });
  expect(code).toBe(1);
  expect(err).toContain("error: small.fcn:4: Caffe cannot say `up`: it has no layer that resizes so.");
});
