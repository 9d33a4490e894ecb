/**
 * Bilinear kernels as they start: exact for every factor, even and odd kernels, dense, grouped and depthwise. The variant
 * that goes round (of which `popular` is the rule) is held to fail, so that what is asked for tells them apart.
 */
import { describe, expect, test } from "vitest";
import { initWeights, tent } from "../../src/weights/init.js";
import type { Plan } from "../../src/model/plan.js";
import { mapOf } from "../reference/feature-map.js";
import { interpret } from "../reference/interpreter.js";
import { readBlobs } from "../reference/compare.js";
import { PlanBuilder } from "../reference/plan-builder.js";

/** The kernels that upsample by a factor: 2f - f mod 2 and, of the other parity, those with as many taps a phase. */
const kernelsOf = (factor: number): number[] => (factor === 1 ? [1] : [2 * factor - 1, 2 * factor]);
const factors = Array.from({ length: 64 }, (_, index) => index + 1);

type Line = (i: number, kernel: number) => number;

/** c = (2f - 1 - f mod 2) / (2f), w(i) = 1 - |i / f - c|, f = ceil(k / 2): as tensorflow-fcn and others have it. */
const popular: Line = (i, kernel) => {
  const f = Math.ceil(kernel / 2);
  return 1 - Math.abs(i / f - (2 * f - 1 - (f % 2)) / (2 * f));
};

/** Each phase's taps sum to one, and put a ramp where it was: unit u's centre lies at f u + (k - 1) / 2. */
function interpolates(line: Line, kernel: number, factor: number): boolean {
  for (let phase = 0; phase < factor; phase++) {
    let sum = 0;
    let place = 0;
    for (let i = phase; i < kernel; i += factor) {
      sum += line(i, kernel);
      // Output pixel x = phase is reached from unit u by tap i = phase - f u.
      place += line(i, kernel) * (phase - i + (kernel - 1) / 2);
    }
    if (Math.abs(sum - 1) > 1e-12 || Math.abs(place - phase) > 1e-9) return false;
  }
  return true;
}

test.each(factors)("by %i: phases sum to one, and a ramp stays", (factor) => {
  for (const kernel of kernelsOf(factor))
    expect({ kernel, is: interpolates(tent, kernel, factor) }).toEqual({ kernel, is: true });
});

test("the popular variant is right for half of the kernels alone", () => {
  const wrong = factors
    .slice(0, 34)
    .flatMap((factor) => kernelsOf(factor).filter((kernel) => !interpolates(popular, kernel, factor)));
  const even = wrong.filter((kernel) => kernel % 2 === 0);
  const odd = wrong.filter((kernel) => kernel % 2 === 1);
  expect(even).toEqual(Array.from({ length: 16 }, (_, index) => 6 + 4 * index));
  expect(odd).toEqual(Array.from({ length: 17 }, (_, index) => 3 + 4 * index));
});

/** A deconvolution that starts bilinear. */
function upsampling(channels: number, groups: number, kernel: number, factor: number): Plan {
  const options = { stride: factor, groups, bias: false };
  const plan = new PlanBuilder().input(channels).deconv("up", channels, kernel, options).plan();
  return { ...plan, tensors: plan.tensors.map((tensor) => ({ ...tensor, init: { kind: "bilinear" } as const })) };
}

describe.each([
  ["dense", 1],
  ["grouped", 2],
  ["depthwise", 4],
] as const)("%s", (_, groups) => {
  test.each([
    [2, 4],
    [2, 3],
    [3, 5],
    [3, 6],
    [8, 16],
    [8, 15],
    [32, 64],
    [32, 63],
  ])("a ramp in each channel passes by %i with kernel %i", async (factor, kernel) => {
    const plan = upsampling(4, groups, kernel, factor);
    // Another slope for each channel, so that none passes for another.
    const slope = (channel: number): readonly [number, number] => [channel + 1, 2 - channel];
    const ramp = mapOf(4, 5, 6, (channel, y, x) => slope(channel)[0] * y + slope(channel)[1] * x);
    const out = interpret(plan, await readBlobs(plan, initWeights(plan)), { data: ramp }).get("up");
    if (!out) throw new Error("nothing came out");
    const centre = (kernel - 1) / 2;
    const border = kernel - factor;
    let [compared, most] = [0, 0];
    for (let channel = 0; channel < 4; channel++)
      for (let y = border; y < out.height - border; y++)
        for (let x = border; x < out.width - border; x++) {
          const wanted = (slope(channel)[0] * (y - centre) + slope(channel)[1] * (x - centre)) / factor;
          most = Math.max(most, Math.abs(out.at(channel, y, x) - wanted));
          compared++;
        }
    expect(most).toBeLessThan(1e-4);
    expect(compared).toBeGreaterThan(4 * factor * factor);
  });
});
