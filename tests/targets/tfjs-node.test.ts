/** What a folder of the target does for somebody's own loop: resuming, accumulating, predicting, refusing. */
import { execFile } from "node:child_process";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { nativeEngine } from "../../src/engines/native.js";
import { initWeights } from "../../src/weights/init.js";
import { bits, signed, stream } from "../../src/weights/random.js";
import { buildModel } from "../../targets/web/build.js";
import type { Tensor } from "../../targets/tfjs-node/module/train.js";
import { tfjsNodeTarget } from "../../targets/tfjs-node/tfjs-node.js";
import { nativeFolder, WHY_NO_NATIVE } from "../engines/every-engine.js";
import { compileText } from "../numbers/compiled.js";
import { writeNpy } from "../judges/npy.js";
import { pythonMissing, runJudge } from "../judges/python.js";
import { difference } from "../reference/compare.js";
import { temporaryFolder } from "../weights/scratch.js";
import { tensorflow, trainingOf } from "./training-session.js";
import { DROPPING, planOf } from "./training-nets.js";

/** [N, H, W, 3] pixels and [N, H, W] labels below `classes`. */
function batch(seed: number, count: number, classes: number): { image: Tensor; label: Tensor } {
  const [height, width] = [21, 18];
  const random = stream(seed, "batch");
  let at = 0;
  const pixels = Float32Array.from({ length: count * height * width * 3 }, () =>
    Math.floor(128 * (1 + signed(bits(random, at++)))),
  );
  const labels = Int32Array.from({ length: count * height * width }, () => (bits(random, at++) >>> 0) % classes);
  const tf = tensorflow();
  return {
    image: tf.tensor(pixels, [count, height, width, 3], "float32"),
    label: tf.tensor(labels, [count, height, width], "int32"),
  };
}

describe.skipIf(nativeFolder === null)("on native", () => {
  test("a run that is saved and goes on in another process has the losses and the state of one that never stopped", async () => {
    const folder = await temporaryFolder();
    const graph = join(folder, "graph");
    const plan = await compileText(DROPPING);
    await tfjsNodeTarget.write(plan, null, graph);
    const program = fileURLToPath(new URL("train-run.mjs", import.meta.url));
    const run = async (...args: string[]) => {
      const { stdout } = await promisify(execFile)(process.execPath, [program, graph, nativeFolder ?? "", ...args]);
      return JSON.parse(stdout) as { losses: number[]; digest: string; tensors: number };
    };
    const whole = await run("0", "9");
    const half = await run("0", "4", `save=${join(folder, "half.safetensors")}`);
    const rest = await run("4", "9", `load=${join(folder, "half.safetensors")}`);
    expect([...half.losses, ...rest.losses]).toEqual(whole.losses);
    expect(rest.digest).toBe(whole.digest);
    expect(new Set(whole.losses).size).toBe(9);
    expect(whole.tensors, "tensors that nobody disposed of").toBe(0);
  });

  test("gradients of two images that are accumulated are those of both at once", async () => {
    const plan = await planOf("32s-like");
    const both = batch(1, 2, 4);
    const weights = initWeights(plan, 3);
    const at = async (image: Tensor, index: number, shape: number[], type: "float32" | "int32"): Promise<Tensor> => {
      const data = await image.data();
      const size = data.length / 2;
      const part = data.slice(index * size, (index + 1) * size);
      return tensorflow().tensor(part as Float32Array | Int32Array, [1, ...shape.slice(1)], type);
    };
    const once = await trainingOf(plan, weights);
    const { loss } = await once.step(both.image, both.label, { rate: 1e-5 });
    const twice = await trainingOf(plan, weights);
    const losses: number[] = [];
    for (const index of [0, 1]) {
      const image = await at(both.image, index, both.image.shape, "float32");
      const label = await at(both.label, index, both.label.shape, "int32");
      losses.push((await twice.accumulate(image, label)).loss);
    }
    await twice.apply({ rate: 1e-5 });
    expect(((losses[0] ?? 0) + (losses[1] ?? 0)) / 2 / loss).toBeCloseTo(1, 5);
    expect([twice.updates, twice.accumulated]).toEqual([1, 2]);
    for (const { name } of once.state) {
      const [expected, found] = [await once.readWeights(name), await twice.readWeights(name)];
      expect(difference(found, expected), name).toBeLessThan(2e-5);
    }
    await expect(twice.apply({ rate: 1e-5 })).rejects.toThrow("nothing was accumulated");
  });

  test("Python's TensorFlow loads the same folder and gives the same losses", async (context) => {
    const missing = pythonMissing("tensorflow");
    if (missing) context.skip(missing);
    const plan = await planOf("16s-like");
    const training = await trainingOf(plan, initWeights(plan, 3));
    const losses: number[] = [];
    const pixels: number[] = [];
    const labels: number[] = [];
    for (let step = 0; step < 5; step++) {
      const { image, label } = batch(step, 2, 4);
      pixels.push(...(await image.data()));
      labels.push(...(await label.data()));
      losses.push((await training.step(image, label, { rate: 1e-2 })).loss);
    }
    const files = { image: join(training.folder, "image.npy"), label: join(training.folder, "label.npy") };
    writeNpy(files.image, { shape: [5, 2, 21, 18, 3], data: Float64Array.from(pixels) });
    writeNpy(files.label, { shape: [5, 2, 21, 18], data: Float64Array.from(labels) });
    const named = ["--image", `image=${files.image}`, "--label", `label=${files.label}`];
    const said = await runJudge("train_tensorflow.py", ["--folder", training.folder, "--rate", "0.01", ...named]);
    const judged = JSON.parse(said) as { losses: number[] };
    expect(difference(losses, judged.losses)).toBeLessThan(1e-6);
  });

  test("what is written is read, in the plan's layout", async () => {
    const plan = await planOf("Adam");
    const training = await trainingOf(plan, null);
    expect(training.state.map(({ name }) => name)).toContain("conv1.weight/second_moment");
    for (const { name, shape } of training.state) {
      const values = Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, index) => index - 7.25);
      await training.writeWeights(name, values);
      expect(await training.readWeights(name)).toEqual(values);
    }
    await expect(training.writeWeights("conv1.bias", new Float32Array(5))).rejects.toThrow(
      "conv1.bias is [6], 6 numbers, and 5 were given",
    );
    await expect(training.readWeights("conv9.bias")).rejects.toThrow("small has no `conv9.bias` among its state");
  });

  test("a label that is no class, a label of another size, and a head without labels are told", async () => {
    const plan = await planOf("8s-like");
    const training = await trainingOf(plan, null);
    const { image, label } = batch(1, 1, 3);
    const wrong = batch(1, 1, 9).label;
    const rate = { rate: 1e-3 };
    await expect(training.step(image, { semantic: wrong, geometric: label }, rate)).rejects.toThrow(
      /^step: Received a label value of \d which is outside the valid range of \[0, [34]\)\.$/,
    );
    const small = tensorflow().tensor(new Int32Array(4), [1, 2, 2], "int32");
    await expect(training.step(image, { semantic: small, geometric: small }, rate)).rejects.toThrow(/^step: .*4/);
    await expect(training.step(image, { semantic: label }, rate)).rejects.toThrow("there is no label for `geometric`");
    await expect(training.step(image, label, rate)).rejects.toThrow("semantic, geometric");
    expect(training.updates).toBe(0);
  });

  test.each(["16s-like", "8s-like"])("%s predicts as its bundle for the web does", async (title) => {
    const plan = await planOf(title);
    const weights = initWeights(plan, 3);
    const training = await trainingOf(plan, weights);
    const { image } = batch(2, 1, 4);
    const found = await training.predict(image);
    const engine = await nativeEngine(nativeFolder ?? undefined);
    const model = await engine.load(await buildModel(plan, weights));
    const data = Float32Array.from(await image.data());
    const names = plan.outputs.map(({ value }) => value);
    const expected = await model.run({ image: { shape: image.shape, data } }, names);
    for (const { name, value } of plan.outputs)
      expect(difference((await found[name]?.data()) ?? [], expected[value]?.data ?? []), name).toBeLessThan(1e-6);
    model.dispose();
  });
});

if (nativeFolder === null) test("on native", (context) => context.skip(WHY_NO_NATIVE));

describe("what cannot be trained is refused before anything is written", () => {
  const refused = async (text: string): Promise<string> => {
    const folder = await temporaryFolder();
    const plan = await compileText(text);
    const message = await tfjsNodeTarget.write(plan, null, join(folder, "graph")).then(
      () => "written",
      (error: unknown) => (error instanceof Error ? `${error.name}: ${error.message}` : ""),
    );
    expect(await readdir(folder)).toEqual([]);
    return message;
  };
  const recipe = (lines: string): string => DROPPING.replace(/train dropping \{[^]*/, lines);

  test.each([
    ["no recipe", recipe(""), "`dropping` has no recipe"],
    ["no optimizer", recipe("train dropping { steps: 3 }\n"), "names no optimizer"],
    [
      "all frozen",
      recipe("train dropping { optimizer: sgd(rate: 1)\n conv1.rate: 0\n conv2.rate: 0\n small.rate: 0 }\n"),
      "nothing of `dropping` is trained",
    ],
  ])("%s", async (_, text, message) => {
    expect(await refused(text)).toContain(message);
  });
});
