/** Winograd's minimal filtering F(4, 3), in double precision against the sums that it stands for. */
import { expect, test } from "vitest";
import { FILTERING } from "../../targets/onnx/winograd.js";

const dot = (a: readonly number[], b: readonly number[]) =>
  a.reduce((sum, value, at) => sum + value * (b[at] ?? NaN), 0);

/** Coefficients of both sides on d_i g_j, which are equal if and only if both are equal for all maps and kernels. */
test("six products are four sums of three for every map and every kernel", () => {
  const { map, kernel, result } = FILTERING;
  expect([map.length, kernel.length, result.length]).toEqual([6, 6, 6]);
  for (let row = 0; row < 4; row++)
    for (let i = 0; i < 6; i++)
      for (let j = 0; j < 3; j++) {
        const products = map.map((line, point) => (line[i] ?? NaN) * (kernel[point]?.[j] ?? NaN));
        const found = dot(
          products,
          result.map((line) => line[row] ?? NaN),
        );
        expect(found, `row ${row}, d${i} g${j}`).toBeCloseTo(i === row + j ? 1 : 0, 14);
      }
});

test("what is computed of maps and of sums is exact in float32", () => {
  for (const value of [...FILTERING.map.flat(), ...FILTERING.result.flat()]) expect(Math.fround(value)).toBe(value);
});
