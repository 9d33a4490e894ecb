import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ELEMENT_TYPES, encodeF16 } from "../../../src/weights/formats/element-types.js";

/** Numbers to a type and back. */
function through(dtype: string, values: ArrayLike<number>): Float32Array {
  const type = ELEMENT_TYPES[dtype];
  const bytes = new DataView(new ArrayBuffer(values.length * (type?.bytes ?? 0)));
  type?.encode?.(Float32Array.from(values), bytes);
  const back = new Float32Array(values.length);
  type?.decode?.(bytes, values.length, back, 0);
  return back;
}

/** Every number of a type of 16 bits that is not NaN, in order. */
function numbersOf(dtype: string): number[] {
  const bytes = new DataView(new ArrayBuffer(2 ** 17));
  for (let bits = 0; bits < 2 ** 16; bits++) bytes.setUint16(2 * bits, bits, true);
  const values = new Float32Array(2 ** 16);
  ELEMENT_TYPES[dtype]?.decode?.(bytes, 2 ** 16, values, 0);
  return [...values].filter((value) => !Number.isNaN(value)).sort((a, b) => a - b);
}

describe.each(["F16", "BF16"])("%s", (dtype) => {
  const numbers = numbersOf(dtype);

  test("every number stays as it is", () => {
    expect([...through(dtype, numbers)]).toEqual(numbers);
    expect(through(dtype, [NaN])[0]).toBeNaN();
    expect(through(dtype, [-0])[0]).toBe(-0);
  });

  test("others go to the nearest, halves to the even one", () => {
    const finite = numbers.filter(Number.isFinite);
    const any = fc.oneof(
      fc.float({ noNaN: true, noDefaultInfinity: true }),
      fc.float({ min: -70_000, max: 70_000, noNaN: true }),
    );
    fc.assert(
      fc.property(any, (value) => {
        const [found = NaN] = through(dtype, [value]);
        if (!Number.isFinite(found)) {
          // As far beyond the largest as half a step.
          const largest = finite.at(-1) ?? 0;
          expect(Math.abs(value)).toBeGreaterThanOrEqual(largest + (largest - (finite.at(-2) ?? 0)) / 2);
          return;
        }
        const at = numbers.indexOf(found);
        for (const other of [numbers[at - 1], numbers[at + 1]])
          if (other !== undefined && Number.isFinite(other))
            expect(Math.abs(value - found)).toBeLessThanOrEqual(Math.abs(value - other));
      }),
      { numRuns: 2000 },
    );
  });
});

test.each([
  [1, 0x3c00],
  [-2, 0xc000],
  [65504, 0x7bff],
  [65519, 0x7bff],
  [2 ** -14, 0x0400],
  [2 ** -24, 0x0001],
  [2 ** -25, 0x0000],
  [3 * 2 ** -25, 0x0002],
  [2049, 0x6800],
  [2051, 0x6802],
  [-0, 0x8000],
  [65520, 0x7c00],
  [-Infinity, 0xfc00],
  [NaN, 0x7e00],
  [1023.5 * 2 ** -24, 0x0400],
])("%d as F16 has the bits of IEEE 754", (value, bits) => {
  const into = new DataView(new ArrayBuffer(2));
  encodeF16(Float32Array.of(value), into);
  expect(into.getUint16(0, true)).toBe(bits);
});

test("ties", () => {
  const step = 2 ** -11;
  expect([...through("F16", [1 + step, 1 + 3 * step, 65519, 65520, 2 ** -25, 3 * 2 ** -25])]).toEqual([
    1,
    1 + 4 * step,
    65504,
    Infinity,
    0,
    2 ** -23,
  ]);
  expect([...through("BF16", [1 + 2 ** -8, 1 + 3 * 2 ** -8])]).toEqual([1, 1 + 4 * 2 ** -8]);
});

test("floats and doubles stay as they are", () => {
  const values = [0, -0, 0.1, 1e-40, 3.4e38, Infinity].map(Math.fround);
  expect([...through("F32", values)]).toEqual(values);
  expect([...through("F64", values)]).toEqual(values);
});
