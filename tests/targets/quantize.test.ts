/** Weights in fewer bits: what stock TF.js makes of the bytes that are written. */
import { io } from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-cpu";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { quantize, type QuantizedType } from "../../targets/web/quantize.js";
import { WeightsError } from "../../src/weights/errors.js";
import { F16_LIMIT } from "../../src/weights/formats/element-types.js";

const integers = ["uint8", "uint16"] as const;
const LEVELS = { uint8: 255, uint16: 65535 } as const;

interface Stored {
  readonly decoded: Float32Array;
  readonly error: number | null;
}

/** What TF.js reads of what we write, through the JSON of a manifest. */
async function stored(values: readonly number[] | Float32Array, type: QuantizedType): Promise<Stored> {
  const { quantization, error, pieces } = quantize(Float32Array.from(values), type, "fc6.weight");
  const bytes: number[] = [];
  for (const piece of pieces()) for (const byte of piece) bytes.push(byte);
  const spec = { name: "w", shape: [values.length], dtype: "float32" as const, quantization };
  const data = Uint8Array.from(bytes).buffer;
  const tensors = io.decodeWeights(data, [JSON.parse(JSON.stringify(spec)) as io.WeightsManifestEntry]);
  const decoded = await tensors["w"]?.data<"float32">();
  tensors["w"]?.dispose();
  return { decoded: decoded ?? new Float32Array(0), error };
}

const finite = fc.float({ noNaN: true, min: Math.fround(-1e38), max: Math.fround(1e38) });
const weights = fc.array(fc.oneof(finite, fc.constant(0), fc.float({ min: -1, max: 1, noNaN: true })), {
  minLength: 1,
  maxLength: 50,
});

describe.each(integers)("%s", (type) => {
  test("no number is off by more than half a step, and zero stays zero", () =>
    fc.assert(
      fc.asyncProperty(weights, async (values) => {
        const { decoded, error } = await stored(values, type);
        const [lowest, highest] = [Math.min(...values), Math.max(...values)];
        const half = (highest - lowest) / LEVELS[type] / 2;
        expect(error).toBeCloseTo(half, 12);
        for (const [index, value] of values.entries()) {
          const found = decoded[index] as number;
          // Beside the step: a rounding to float32 of what is decoded, and the last bits of the double that leads to it.
          const rounding = Math.abs(value) * 2 ** -23 + Math.max(-lowest, highest) * 1e-12 + 2 ** -149;
          expect(Math.abs(found - value)).toBeLessThanOrEqual(half * (1 + 1e-9) + rounding);
          if (value === 0) expect(found).toBe(0);
        }
      }),
    ));

  test.each([
    ["of one number", [0.1]],
    ["of zeros", [0, 0, 0]],
    ["of one number throughout", [-7.25, -7.25]],
    ["that ends at zero", [-3, 0]],
    ["of the smallest numbers", [0, 2 ** -149]],
  ])("a tensor %s is exact", async (_, values) => {
    const { decoded } = await stored(values, type);
    expect(decoded).toEqual(Float32Array.from(values));
  });

  test("a range whose steps would lead out of float32 is refused", () => {
    const largest = (2 - 2 ** -23) * 2 ** 127;
    expect(() => quantize(Float32Array.of(-largest, 1, largest), type, "fc6.weight")).toThrow("`fc6.weight` holds");
  });

  test("a range without zero is used to its ends", async () => {
    const { decoded } = await stored([100, 100.5, 101], type);
    expect([decoded[0], decoded[2]]).toEqual([100, 101]);
    expect(decoded[1]).toBeCloseTo(100.5, type === "uint8" ? 2 : 4);
  });

  test("a large tensor is written in pieces, each number in its place", async () => {
    const values = Float32Array.from({ length: 2 ** 20 + 3 }, (_, index) => index % 251);
    const { decoded } = await stored(values, type);
    const wrong = decoded.findIndex((found, index) => Math.abs(found - (values[index] as number)) > 0.5);
    expect(wrong).toBe(-1);
  });
});

describe("float16", () => {
  test("is the nearest number, ties to even, as TF.js reads it", () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.float({ min: -65504, max: 65504, noNaN: true }), { minLength: 1 }),
        async (values) => {
          const { decoded, error } = await stored(values, "float16");
          expect(error).toBeNull();
          for (const [index, value] of values.entries())
            expect(Object.is(decoded[index], nearestHalf(value))).toBe(true);
        },
      ),
    ));

  test.each([F16_LIMIT, -F16_LIMIT, 1e30])("refuses %d, which it has no number for", (value) => {
    expect(() => quantize(Float32Array.of(0, value), "float16", "fc6.weight")).toThrow(WeightsError);
    expect(() => quantize(Float32Array.of(0, value), "float16", "fc6.weight")).toThrow(
      `\`fc6.weight\` holds ${Math.fround(value)}, and float16 ends at 65504`,
    );
  });
});

/** Another way to the same: rounding to the spacing of the numbers around the value. */
function nearestHalf(value: number): number {
  const spacing = 2 ** Math.max(-24, Math.floor(Math.log2(Math.abs(value) || 1)) - 10);
  const [below, above] = [Math.floor(value / spacing), Math.ceil(value / spacing)];
  const middle = value / spacing - below;
  const level = middle < 0.5 || (middle === 0.5 && below % 2 === 0) ? below : above;
  // A small negative number becomes -0.
  return value < 0 && level === 0 ? -0 : level * spacing;
}
