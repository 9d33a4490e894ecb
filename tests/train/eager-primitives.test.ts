/**
 * Every primitive, trained eagerly beside the graph on native TensorFlow: loss, prediction, gradients. The graph's own
 * gradients are held against differences of the loss in tests/targets/tfjs-node-gradients.test.ts.
 */
import { describe, expect, test } from "vitest";
import type { Batch } from "../../src/data/batch.js";
import type { Plan } from "../../src/model/plan.js";
import type { EngineName } from "../../src/engines/engine.js";
import { nativeEagerTrainers } from "../../src/train/eager/engines.js";
import type { Trainer } from "../../src/train/trainer.js";
import { initWeights } from "../../src/weights/init.js";
import { nativeFolder, WHY_NO_NATIVE } from "../engines/every-engine.js";
import { difference } from "../reference/compare.js";
import { CASES } from "../targets/primitives.js";
import { trained } from "../targets/trained-plan.js";
import { batchOf, startedTrainer, trainerOf } from "./training.js";

/** Images of the size, and labels of the size that the scores have. */
async function batchFor(plan: Plan, trainer: Trainer, size: readonly [number, number]): Promise<Batch> {
  const { images, names } = batchOf(plan, 4, 2, size);
  const small = Object.fromEntries(
    Object.entries(images).map(([name, { shape, data }]) => [
      name,
      { shape, data: data.map((value) => value / 64 - 2) },
    ]),
  );
  const predicted = await trainer.predict(small);
  const labels = plan.outputs.map(({ name, classes }) => {
    const shape = predicted[name]?.mask.shape ?? [];
    const length = shape.reduce((product, extent) => product * extent, 1);
    return [
      name,
      { shape, data: Int32Array.from({ length }, (_, index) => (7 * index + (index >> 3)) % classes) },
    ] as const;
  });
  return { images: small, labels: Object.fromEntries(labels), names };
}

/** With no momentum, what is kept after a step at rate 1 is the gradient. */
async function gradientsOf(trainer: Trainer): Promise<Map<string, Float32Array>> {
  const found = new Map<string, Float32Array>();
  for (const { name, isWeight } of trainer.state) if (!isWeight) found.set(name, await trainer.read(name));
  return found;
}

type Opened = (plan: Plan) => Promise<Trainer>;
const opened =
  (engine: EngineName): Opened =>
  (plan) =>
    trainerOf(plan, initWeights(plan, 8), { engine });
const ENGINES: Readonly<Record<string, Opened>> = {
  WASM: opened("wasm"),
  "native, eagerly": (plan) =>
    startedTrainer(plan, initWeights(plan, 8), () => nativeEagerTrainers(nativeFolder ?? undefined)),
};

if (nativeFolder === null) test("beside native", (context) => context.skip(WHY_NO_NATIVE));

describe.skipIf(nativeFolder === null).each(Object.keys(ENGINES))("%s", (engine) => {
  test.each(Object.keys(CASES))("%s", async (name) => {
    const [builder, sizes] = CASES[name] ?? [];
    if (builder === undefined) throw new Error(`no case ${name}`);
    const plan = trained(builder.plan());
    const graph = await opened("native")(plan);
    const eager = await (ENGINES[engine] as Opened)(plan);
    const batch = await batchFor(plan, graph, sizes?.at(-1) ?? [9, 9]);

    const [expected, found] = [
      await graph.predict(batch.images, { scores: true }),
      await eager.predict(batch.images, { scores: true }),
    ];
    for (const { name: head } of plan.outputs) {
      const scores = [await found[head]?.scores.data(), await expected[head]?.scores.data()] as const;
      expect(difference(scores[0] ?? [], scores[1] ?? []), `scores of ${head}`).toBeLessThan(1e-5);
      expect(found[head]?.mask.shape).toEqual(expected[head]?.mask.shape);
    }
    const options = { rate: 1, seed: 3 };
    const [whole, own] = [await graph.step(batch, options), await eager.step(batch, options)];
    expect(Math.abs(own.loss - whole.loss)).toBeLessThanOrEqual(1e-5 * whole.loss);
    const gradients = await gradientsOf(graph);
    expect(gradients.size).toBeGreaterThan(1);
    for (const [weight, values] of await gradientsOf(eager))
      expect(difference(values, gradients.get(weight) ?? []), weight).toBeLessThan(5e-5);
  });
});
