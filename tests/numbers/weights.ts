/** Weights for a plan that come the way a user's do: from a file, or at least through what matches one with a plan. */
import { expect } from "vitest";
import type { Plan, Tensor } from "../../src/model/plan.js";
import { matchWeights } from "../../src/weights/match.js";
import type { PlanWeights } from "../../src/weights/plan-weights.js";
import { openWeightFile } from "../../src/weights/formats/index.js";
import type { WeightSource } from "../../src/weights/source.js";

/** The weights of a file, which must fit the plan without a remark. */
export async function fileWeights(plan: Plan, path: string): Promise<PlanWeights> {
  const { weights, problems } = matchWeights(plan, await openWeightFile(path));
  expect(problems).toEqual([]);
  return weights;
}

export const elements = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);

/** Every tensor that a file would have to bring, element by element; `index` counts in the order of the shape. */
export function chosenWeights(plan: Plan, value: (tensor: Tensor, index: number) => number): PlanWeights {
  const wanted = plan.tensors.filter((tensor) => !tensor.generated);
  const byName = new Map(wanted.map((tensor) => [tensor.name, tensor]));
  const source: WeightSource = {
    title: "chosen",
    tensors: new Map(wanted.map(({ name, shape }) => [name, { name, shape, dtype: "F32" }])),
    read(name, start, end, into = new Float32Array(end - start)) {
      const tensor = byName.get(name);
      if (!tensor) throw new Error(`no tensor ${name}`);
      const values = into.subarray(0, end - start);
      for (let at = 0; at < values.length; at++) values[at] = value(tensor, start + at);
      return Promise.resolve(values);
    },
    close: () => Promise.resolve(),
  };
  const { weights, problems } = matchWeights(plan, source);
  expect(problems).toEqual([]);
  return weights;
}
