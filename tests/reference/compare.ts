import { expect } from "vitest";
import type { LoadedModel } from "../../src/engines/engine.js";
import type { Plan } from "../../src/model/plan.js";
import { initWeights } from "../../src/weights/init.js";
import type { PlanWeights } from "../../src/weights/plan-weights.js";
import { bits, signed, stream } from "../../src/weights/random.js";
import { mapOf, type FeatureMap } from "./feature-map.js";
import { argmax, interpret } from "./interpreter.js";

/** A map of pseudo-random numbers in (-1, 1). */
export function noise(channels: number, height: number, width: number, seed = 1): FeatureMap {
  const numbers = stream(seed, "noise");
  let index = 0;
  return mapOf(channels, height, width, () => signed(bits(numbers, index++)));
}

/** All blobs, for the interpreter. */
export async function readBlobs(
  plan: Plan,
  weights: PlanWeights = initWeights(plan),
): Promise<Map<string, Float32Array>> {
  const blobs = new Map<string, Float32Array>();
  for (const { name, shape } of plan.tensors)
    blobs.set(
      name,
      await weights.read(
        name,
        0,
        shape.reduce((product, size) => product * size, 1),
      ),
    );
  return blobs;
}

/** The largest difference relative to the range of the reference. */
export function difference(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) return Infinity;
  let range = 0;
  let most = 0;
  for (let i = 0; i < expected.length; i++) {
    const delta = Math.abs((actual[i] as number) - (expected[i] as number));
    if (!(delta >= 0)) return Infinity;
    most = Math.max(most, delta);
    range = Math.max(range, Math.abs(expected[i] as number));
  }
  return most === 0 ? 0 : most / range;
}

/** Runs a model and the interpreter, and compares every operation of the plan and the masks of its outputs. */
export async function expectSame(
  model: LoadedModel,
  plan: Plan,
  blobs: ReadonlyMap<string, Float32Array>,
  inputs: Readonly<Record<string, FeatureMap>>,
  tolerance = 1e-5,
): Promise<void> {
  const expected = interpret(plan, blobs, inputs);
  const fed = Object.fromEntries(Object.entries(inputs).map(([name, map]) => [name, map.toNhwc()]));
  const names = plan.operations.map((operation) => operation.name);
  const actual = await model.run(fed, [...names, ...model.outputs]);
  for (const name of names) {
    const reference = expected.get(name)?.toNhwc();
    const sizes = Object.values(inputs).map((map) => `${map.height}x${map.width}`);
    expect(actual[name]?.shape, `shape of ${name} at ${sizes.join()}`).toEqual(reference?.shape);
    const error = difference(actual[name]?.data ?? [], reference?.data ?? []);
    expect(error, `difference of ${name} at ${sizes.join()}`).toBeLessThan(tolerance);
  }
  for (const output of plan.outputs) {
    const scores = expected.get(output.value);
    const mask = actual[plan.outputs.length === 1 ? "mask" : `${output.name}/mask`];
    if (scores === undefined || mask === undefined) throw new Error(`no mask for ${output.name}`);
    expect(mask.shape).toEqual([1, scores.height, scores.width]);
    const wanted = argmax(scores);
    const differing = wanted.reduce((count, label, at) => count + (mask.data[at] === label ? 0 : 1), 0);
    expect(differing / wanted.length, `pixels of ${output.name} in another class`).toBeLessThanOrEqual(0.01);
  }
}
