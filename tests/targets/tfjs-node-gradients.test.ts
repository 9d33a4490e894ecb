/** The gradient of every primitive, against differences of the loss: the graph's own numbers, and no other engine. */
import { expect, onTestFinished, test } from "vitest";
import type { Plan } from "../../src/model/plan.js";
import { initWeights } from "../../src/weights/init.js";
import { bits, signed, stream } from "../../src/weights/random.js";
import type { Training } from "../../targets/tfjs-node/module/train.js";
import { nativeFolder, WHY_NO_NATIVE } from "../engines/every-engine.js";
import { CASES } from "./primitives.js";
import { trained } from "./trained-plan.js";
import { dispose, tensorflow, trainingOf, type Batch } from "./training-session.js";

if (nativeFolder === null) test("on native", (context) => context.skip(WHY_NO_NATIVE));

const elements = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);

/** Images, and labels of the size that the scores have. */
async function batchFor(plan: Plan, training: Training, height: number, width: number): Promise<Batch> {
  const tf = tensorflow();
  const random = stream(3, "data");
  let at = 0;
  const images = Object.fromEntries(
    plan.inputs.map(({ name, channels }) => {
      const shape = [2, height, width, channels];
      const values = Float32Array.from({ length: elements(shape) }, () => 2 * signed(bits(random, at++)));
      return [name, tf.tensor(values, shape, "float32")];
    }),
  );
  const predicted = await training.predict(images);
  const labels = Object.fromEntries(
    plan.outputs.map(({ name, classes }) => {
      const shape = (predicted[name]?.shape ?? []).slice(0, 3);
      const values = Int32Array.from({ length: elements(shape) }, () => (bits(random, at++) >>> 0) % classes);
      return [name, tf.tensor(values, shape, "int32")];
    }),
  );
  for (const tensor of Object.values(predicted)) tensor.dispose();
  const batch = { images, labels };
  onTestFinished(() => dispose(batch));
  return batch;
}

test.skipIf(nativeFolder === null).each(Object.keys(CASES))("%s", async (name) => {
  const [builder, sizes] = CASES[name] ?? [];
  const [height, width] = sizes?.at(-1) ?? [9, 9];
  if (builder === undefined) throw new Error(`no case ${name}`);
  const plan = trained(builder.plan());
  const training = await trainingOf(plan, initWeights(plan, 8));
  const { images, labels } = await batchFor(plan, training, height, width);
  const start = new Map<string, Float32Array>();
  for (const { name: weight, isWeight } of training.state)
    if (isWeight) start.set(weight, await training.readWeights(weight));
  const lossAt = async (): Promise<number> => {
    training.updates = 0;
    return (await training.step(images, labels, { rate: 0 })).loss;
  };

  // With no momentum, what is kept after a step at rate 1 is the gradient.
  training.updates = 0;
  await training.step(images, labels, { rate: 1 });
  const gradients = new Map<string, Float32Array>();
  for (const weight of start.keys())
    if (training.state.some((entry) => entry.name === `${weight}/momentum`))
      gradients.set(weight, await training.readWeights(`${weight}/momentum`));
  for (const [weight, values] of start) await training.writeWeights(weight, values);
  expect(gradients.size).toBeGreaterThan(1);

  const random = stream(5, "directions");
  for (const [weight, gradient] of gradients) {
    const size = Math.hypot(...gradient);
    const values = start.get(weight) ?? new Float32Array();
    // Half along the gradient, so that the loss changes enough to be seen, and half anywhere.
    const anywhere = Float64Array.from(gradient, (_, index) => signed(bits(random, index)));
    const length = Math.hypot(...anywhere);
    const direction = Float64Array.from(
      gradient,
      (slope, index) => (size > 0 ? slope / size : 0) + (anywhere[index] ?? 0) / length,
    );
    const differenceOver = async (distance: number): Promise<number> => {
      const at = async (sign: 1 | -1): Promise<number> => {
        await training.writeWeights(
          weight,
          values.map((value, index) => value + sign * distance * (direction[index] ?? 0)),
        );
        return lossAt();
      };
      const difference = ((await at(1)) - (await at(-1))) / (2 * distance);
      await training.writeWeights(weight, values);
      return difference;
    };
    const slope = gradient.reduce((sum, each, index) => sum + each * (direction[index] ?? 0), 0);
    const errors: number[] = [];
    for (const distance of [1e-2, 3e-3, 1e-3]) errors.push(Math.abs((await differenceOver(distance)) - slope));
    expect(Math.min(...errors), `${weight}: slope ${slope}, off by ${errors.join(", ")}`).toBeLessThan(
      2e-4 + 0.005 * Math.abs(slope),
    );
  }
});
