/** Rates against closed forms, and Caffe's own words on them. */
import { expect, test } from "vitest";
import { dependsOnLength, rateFactor, type Schedule } from "../../src/train/schedule.js";

const factors = (schedule: Schedule, steps: number): number[] =>
  Array.from({ length: steps }, (_, step) => rateFactor(schedule, step, steps));

test("fixed stays", () => {
  expect(factors({ kind: "fixed" }, 4)).toEqual([1, 1, 1, 1]);
});

test("step falls after every so many steps, and not before", () => {
  expect(factors({ kind: "step", every: 3, factor: 0.5 }, 10)).toEqual([
    1, 1, 1, 0.5, 0.5, 0.5, 0.25, 0.25, 0.25, 0.125,
  ]);
});

test("poly goes to 0 at the end of the run: base (1 - iter / max_iter)^power", () => {
  expect(factors({ kind: "poly", power: 1 }, 4)).toEqual([1, 0.75, 0.5, 0.25]);
  expect(factors({ kind: "poly", power: 2 }, 4)).toEqual([1, 0.5625, 0.25, 0.0625]);
  expect(rateFactor({ kind: "poly", power: 0.9 }, 30_000, 100_000)).toBeCloseTo(0.7 ** 0.9, 15);
  expect(rateFactor({ kind: "poly", power: 0.5 }, 5, 4)).toBe(0);
});

test("cosine is 1 at the start, a half in the middle and near 0 at the end", () => {
  const cosine: Schedule = { kind: "cosine" };
  expect(rateFactor(cosine, 0, 1000)).toBe(1);
  expect(rateFactor(cosine, 250, 1000)).toBeCloseTo((1 + Math.SQRT1_2) / 2, 15);
  expect(rateFactor(cosine, 500, 1000)).toBeCloseTo(0.5, 15);
  expect(rateFactor(cosine, 1000, 1000)).toBe(0);
  const all = factors(cosine, 50);
  expect(all.every((factor, index) => index === 0 || factor < (all[index - 1] ?? 0))).toBe(true);
});

test("which schedules another number of steps changes", () => {
  expect((["fixed", "step", "poly", "cosine"] as const).map((kind) => dependsOnLength({ kind } as Schedule))).toEqual([
    false,
    false,
    true,
    true,
  ]);
});
