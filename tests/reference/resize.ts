import type { OperationOf } from "../../src/model/plan.js";
import { mapOf, type FeatureMap } from "./feature-map.js";

/** Each unit of the result is looked up or interpolated by itself; see the plan's `resize`. */
export function resize(
  x: FeatureMap,
  { method, align, factor }: OperationOf<"resize">,
  reference: FeatureMap | undefined,
): FeatureMap {
  const height = factor === null ? (reference?.height ?? 0) : factor * x.height;
  const width = factor === null ? (reference?.width ?? 0) : factor * x.width;
  const taps = (j: number, n: number, m: number): readonly (readonly [unit: number, weight: number])[] => {
    if (method === "nearest") return [[nearest(align, j, n, m), 1]];
    const at = align === "half_pixel" ? ((j + 0.5) * n) / m - 0.5 : m === 1 ? 0 : (j * (n - 1)) / (m - 1);
    const u = Math.min(n - 1, Math.max(0, at));
    const first = Math.floor(u);
    const share = u - first;
    return share === 0
      ? [[first, 1]]
      : [
          [first, 1 - share],
          [first + 1, share],
        ];
  };
  return mapOf(x.channels, height, width, (c, y, i) => {
    let sum = 0;
    for (const [row, down] of taps(y, x.height, height))
      for (const [column, across] of taps(i, x.width, width)) sum += down * across * x.at(c, row, column);
    return sum;
  });
}

/** In whole numbers, as the quotients may lie on a border between two units. */
function nearest(align: "half_pixel" | "corners", j: number, n: number, m: number): number {
  if (align === "half_pixel") return floorQuotient((2 * j + 1) * n, 2 * m);
  const steps = Math.max(1, m - 1);
  return floorQuotient(2 * j * (n - 1) + steps, 2 * steps);
}

const floorQuotient = (a: number, b: number): number => (a - (a % b)) / b;
