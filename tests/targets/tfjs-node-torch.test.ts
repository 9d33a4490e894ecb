/** Twenty steps of small nets, beside PyTorch's in double precision: every loss, and every weight at the end. */
import { join } from "node:path";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import { openWeightFile } from "../../src/weights/formats/index.js";
import { initWeights } from "../../src/weights/init.js";
import { bits, signed, stream } from "../../src/weights/random.js";
import type { NumpyArray } from "../judges/npy.js";
import { pythonMissing } from "../judges/python.js";
import { judgeTraining } from "../judges/train-judge.js";
import { nativeFolder, WHY_NO_NATIVE } from "../engines/every-engine.js";
import { compileText } from "../numbers/compiled.js";
import { elements } from "../numbers/weights.js";
import { tensorflow, trainingOf } from "./training-session.js";
import { TRAINING_NETS } from "./training-nets.js";

const STEPS = 20;
const SIZE = [19, 14] as const;

beforeEach((context) => {
  const missing = nativeFolder === null ? WHY_NO_NATIVE : pythonMissing("torch");
  if (missing) context.skip(missing);
});

test.each(Object.keys(TRAINING_NETS))("%s", async (title) => {
  const plan = await compileText(TRAINING_NETS[title] ?? "");
  const batch = Number(plan.train?.["batch"]);
  const rate = title.startsWith("32s") ? 1e-5 : 1e-2;
  const random = stream(11, title);
  let at = 0;
  const array = (shape: readonly number[], value: (word: number) => number): NumpyArray => ({
    shape: [STEPS, batch, ...SIZE, ...shape],
    data: Float64Array.from({ length: elements([STEPS, batch, ...SIZE, ...shape]) }, () => value(bits(random, at++))),
  });
  const image = array([3], (word) => Math.floor(128 * (1 + signed(word))));
  // One pixel in eight has no label, where a net may have such.
  const labels = Object.fromEntries(
    plan.outputs.map(({ name, classes, ignore }) => [
      name,
      array([], (word) => (ignore !== null && (word >>> 0) % 8 === 7 ? ignore : (word >>> 8) % classes)),
    ]),
  );

  const training = await trainingOf(plan, initWeights(plan, 3));
  const weights = join(training.folder, "weights.safetensors");
  const judged = await judgeTraining(training.folder, { plan, weights, rate, images: { image }, labels });

  const tf = tensorflow();
  const losses: number[] = [];
  for (let step = 0; step < STEPS; step++) {
    const part = ({ shape, data }: NumpyArray) => {
      const size = elements(shape.slice(1));
      return data.subarray(step * size, (step + 1) * size);
    };
    const pixels = tf.tensor(Float32Array.from(part(image)), image.shape.slice(1), "float32");
    const truth = Object.fromEntries(
      Object.entries(labels).map(([name, label]) => {
        return [name, tf.tensor(Int32Array.from(part(label)), label.shape.slice(1), "int32")];
      }),
    );
    losses.push((await training.step(pixels, truth, { rate })).loss);
    for (const tensor of [pixels, ...Object.values(truth)]) tensor.dispose();
  }

  losses.forEach((loss, step) => {
    const expected = judged.losses[step] ?? Number.NaN;
    expect(Math.abs(loss - expected) / expected, `loss ${loss} of step ${step}, ${expected}`).toBeLessThan(1e-4);
  });
  expect(Math.abs((losses[0] ?? 0) - (losses.at(-1) ?? 0)), "training has an effect").toBeGreaterThan(1e-3);

  const expected = await openWeightFile(judged.out);
  onTestFinished(() => expected.close());
  const before = await openWeightFile(weights);
  onTestFinished(() => before.close());
  let moved = 0;
  for (const { name, shape, isWeight } of training.state) {
    if (!isWeight) continue;
    const size = elements(shape);
    const wanted = await expected.read(name, 0, size);
    const found = await training.readWeights(name);
    const start = await before.read(name, 0, size);
    const scale = wanted.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const error = wanted.reduce((most, value, index) => Math.max(most, Math.abs(value - (found[index] ?? 0))), 0);
    expect(error, `${name}: off by ${error} of ${scale}`).toBeLessThanOrEqual(1e-4 * scale);
    const tensor = plan.tensors.find((each) => each.name === name);
    const hasMoved = wanted.some((value, index) => value !== start[index]);
    expect(hasMoved, `${name} moves as the recipe says`).toBe(tensor?.trainable);
    if (hasMoved) moved++;
  }
  expect(moved).toBeGreaterThan(5);
});
