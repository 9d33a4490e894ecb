import { contains } from "../../src/model/size-set.js";
import type { Plan, PlanInput } from "../../src/model/plan.js";
import { bits, signed, stream } from "../../src/weights/random.js";
import { mapOf, type FeatureMap } from "../reference/feature-map.js";

export type Extent = readonly [height: number, width: number];

/** Random values for every input, such as its format promises: pixels are whole numbers of 0..255. */
export function randomInputs(plan: Plan, [height, width]: Extent, seed: number): Record<string, FeatureMap> {
  return Object.fromEntries(plan.inputs.map((input) => [input.name, randomInput(plan, input, height, width, seed)]));
}

function randomInput(plan: Plan, input: PlanInput, height: number, width: number, seed: number): FeatureMap {
  const numbers = stream(seed, input.name);
  let index = 0;
  const side = (stated: string | number, wanted: number): number => (typeof stated === "number" ? stated : wanted);
  const isLog = plan.operations.some(({ layer, ...rest }) => layer === input.name && "log" in rest && rest.log);
  return mapOf(input.channels, side(input.height, height), side(input.width, width), () => {
    const value = signed(bits(numbers, index++));
    if (input.format === "raw") return isLog ? Math.fround(Math.exp(4 * value)) : Math.fround(2 * value);
    return Math.floor(128 * (value + 1));
  });
}

/** Whether the net is proved to work at a size. */
export function admits(plan: Plan, [height, width]: Extent): boolean {
  return plan.inputs.every((input) =>
    (
      [
        [input.height, height],
        [input.width, width],
      ] as const
    ).every(([side, size]) => {
      const valid = typeof side === "string" ? plan.validFor[side] : undefined;
      return valid === undefined || contains(valid, size);
    }),
  );
}
