import fc from "fast-check";
import { expect, it, test } from "vitest";
import { addToConfusion, ConfusionError, makeConfusion, mergeConfusion } from "../../src/metrics/confusion.js";
import { classMetricsOf, metricsOf } from "../../src/metrics/metrics.js";

/** Truth 0 0 0 1 1, void; predicted 0 0 1 1 3, 2. Class 2 is absent, class 3 is predicted alone. */
const TRUTH = Uint8Array.from([0, 0, 0, 1, 1, 255]);
const MASK = Int32Array.from([0, 0, 1, 1, 3, 2]);

test("the four metrics of a case that is worked out by hand", () => {
  const confusion = makeConfusion(4);
  expect(addToConfusion(confusion, MASK, TRUTH, 255)).toBe(5);
  expect([...confusion.counts]).toEqual([2, 1, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0]);
  expect(classMetricsOf(confusion)).toEqual([
    { iu: 2 / 3, accuracy: 2 / 3, pixels: 3, predictedPixels: 2 },
    { iu: 1 / 3, accuracy: 1 / 2, pixels: 2, predictedPixels: 2 },
    { iu: null, accuracy: null, pixels: 0, predictedPixels: 0 },
    { iu: 0, accuracy: null, pixels: 0, predictedPixels: 1 },
  ]);
  const metrics = metricsOf(confusion);
  expect(metrics.pixelAccuracy).toBeCloseTo(3 / 5, 12);
  expect(metrics.meanAccuracy).toBeCloseTo((2 / 3 + 1 / 2) / 2, 12);
  expect(metrics.meanIU).toBeCloseTo((2 / 3 + 1 / 3 + 0) / 3, 12);
  expect(metrics.meanIUInTruth).toBeCloseTo((2 / 3 + 1 / 3) / 2, 12);
  expect(metrics.frequencyWeightedIU).toBeCloseTo((3 * (2 / 3) + 2 * (1 / 3)) / 5, 12);
});

test("nothing counted has no metrics, rather than zero", () => {
  const confusion = makeConfusion(2);
  expect(addToConfusion(confusion, Int32Array.of(1, 0), Uint8Array.of(255, 255), 255)).toBe(0);
  expect(Object.values(metricsOf(confusion)).every(Number.isNaN)).toBe(true);
});

test("what is no class is refused, and leaves the counts as they were", () => {
  const confusion = makeConfusion(3);
  const add = (mask: number[], labels: number[], ignore: number | null) => () =>
    addToConfusion(confusion, Int32Array.from(mask), Uint8Array.from(labels), ignore);
  expect(add([0, 0], [0, 7], 255)).toThrow(ConfusionError);
  expect(add([0, 0], [0, 7], 255)).toThrow("the truth has label 7, and classes are 0 to 2 and 255, which is ignored");
  expect(add([0, 0], [0, 255], null)).toThrow("the truth has label 255, and classes are 0 to 2");
  expect(add([0, 3], [0, 0], 255)).toThrow("the prediction has class 3");
  expect(add([0, -1], [0, 0], 255)).toThrow("the prediction has class -1");
  expect(add([0], [0, 0], 255)).toThrow("the truth has 2 pixels, and the prediction 1");
  expect(confusion.counts.every((count) => count === 0)).toBe(true);
});

const pixels = fc.array(fc.tuple(fc.nat(4), fc.oneof(fc.nat(4), fc.constant(255))), { minLength: 1, maxLength: 60 });
const counted = (pairs: readonly (readonly [number, number])[]) => {
  const confusion = makeConfusion(5);
  const number = addToConfusion(
    confusion,
    Int32Array.from(pairs, ([mask]) => mask),
    Uint8Array.from(pairs, ([, label]) => label),
    255,
  );
  return { confusion, number };
};

it("counts each pixel once, in whatever order and parts", () => {
  fc.assert(
    fc.property(pixels, fc.nat(60), (pairs, cut) => {
      const { confusion, number } = counted(pairs);
      expect(number).toBe(pairs.filter(([, label]) => label !== 255).length);
      expect(confusion.counts.reduce((sum, count) => sum + count, 0)).toBe(number);
      const { confusion: parts } = counted(pairs.slice(cut).reverse());
      mergeConfusion(parts, counted(pairs.slice(0, cut)).confusion);
      expect(parts.counts).toEqual(confusion.counts);
    }),
  );
});

it("gives metrics between 0 and 1, all 1 for a perfect mask, and the same whatever classes are called", () => {
  fc.assert(
    fc.property(pixels, (pairs) => {
      fc.pre(pairs.some(([, label]) => label !== 255));
      const { confusion } = counted(pairs);
      const metrics = metricsOf(confusion);
      for (const value of Object.values(metrics)) expect(value >= 0 && value <= 1).toBe(true);
      expect(metrics.meanIU).toBeLessThanOrEqual(metrics.meanIUInTruth);
      expect(metrics.frequencyWeightedIU).toBeLessThanOrEqual(metrics.pixelAccuracy + 1e-12);
      const perfect = pairs.map(([, label]) => [label === 255 ? 0 : label, label] as const);
      expect(new Set(Object.values(metricsOf(counted(perfect).confusion)))).toEqual(new Set([1]));
      const renamed = pairs.map(([mask, label]) => [4 - mask, label === 255 ? 255 : 4 - label] as const);
      for (const key of Object.keys(metrics) as (keyof typeof metrics)[])
        expect(metricsOf(counted(renamed).confusion)[key]).toBeCloseTo(metrics[key], 12);
    }),
  );
});
