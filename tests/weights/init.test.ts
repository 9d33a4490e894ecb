import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { Initializer } from "../../src/model/plan.js";
import { initWeights } from "../../src/weights/init.js";
import { logarithm, normal } from "../../src/weights/random.js";
import { PlanBuilder } from "../reference/plan-builder.js";

async function draw(init: Initializer, count: number, seed = 0, name = "a.weight"): Promise<Float32Array> {
  const builder = new PlanBuilder().input(1).tensor(name, "conv", [count, 1, 1, 1], { init, fanIn: 27 });
  return initWeights(builder.plan(), seed).read(name, 0, count);
}

const mean = (values: Float32Array) => values.reduce((sum, value) => sum + value, 0) / values.length;
const deviation = (values: Float32Array) =>
  Math.sqrt(values.reduce((sum, value) => sum + value ** 2, 0) / values.length);

describe("distributions", () => {
  test("gaussian", async () => {
    const values = await draw({ kind: "gaussian", std: 0.01 }, 200_000);
    expect(Math.abs(mean(values))).toBeLessThan(0.0001);
    expect(deviation(values) / 0.01).toBeCloseTo(1, 2);
    const within = (sigmas: number) => values.filter((value) => Math.abs(value) < 0.01 * sigmas).length / values.length;
    expect(within(1)).toBeCloseTo(0.6827, 2);
    expect(within(2)).toBeCloseTo(0.9545, 2);
    expect(within(3)).toBeCloseTo(0.9973, 3);
  });

  test.each([
    ["xavier", Math.sqrt(3 / 27)],
    ["he", Math.sqrt(6 / 27)],
  ] as const)("%s is uniform within its bound", async (kind, bound) => {
    const values = await draw({ kind }, 100_000);
    expect(values.every((value) => Math.abs(value) <= bound)).toBe(true);
    expect(Math.abs(mean(values)) / bound).toBeLessThan(0.01);
    expect(deviation(values) / bound).toBeCloseTo(1 / Math.sqrt(3), 2);
  });

  test("zero and constant", async () => {
    expect(new Set(await draw({ kind: "zero" }, 9))).toEqual(new Set([0]));
    expect(new Set(await draw({ kind: "constant", value: 0.25 }, 9))).toEqual(new Set([0.25]));
  });

  test("neighbours, tensors and seeds have nothing to do with each other", async () => {
    const kind = { kind: "gaussian", std: 1 } as const;
    const correlation = (a: Float32Array, b: Float32Array) =>
      a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0) / a.length;
    const values = await draw(kind, 100_000);
    for (const lag of [1, 2, 3, 64]) expect(Math.abs(correlation(values, values.subarray(lag)))).toBeLessThan(0.015);
    expect(Math.abs(correlation(values, await draw(kind, 100_000, 1)))).toBeLessThan(0.015);
    expect(Math.abs(correlation(values, await draw(kind, 100_000, 0, "b.weight")))).toBeLessThan(0.015);
  });
});

test("the numbers are the same on every platform", async () => {
  const hash = createHash("sha256");
  for (const init of [{ kind: "gaussian", std: 0.01 }, { kind: "he" }, { kind: "xavier" }] as const)
    hash.update(new Uint8Array((await draw(init, 50_000, 1701)).buffer));
  expect(hash.digest("hex").slice(0, 16)).toMatchInlineSnapshot(`"122ddf586272340f"`);
});

test("a part is the same as in the whole", async () => {
  const plan = new PlanBuilder().input(3).conv("c", 8, 3).plan();
  const weights = initWeights(plan, 3);
  const whole = await weights.read("c.weight", 0, 216);
  expect(await weights.read("c.weight", 100, 150)).toEqual(whole.slice(100, 150));
  expect(await weights.read("c.weight", 100, 150, new Float32Array(99))).toEqual(whole.slice(100, 150));
});

describe("bilinear", () => {
  test.each([
    [4, [0.25, 0.75, 0.75, 0.25]],
    [3, [0.5, 1, 0.5]],
    [2, [0.5, 0.5]],
    [1, [1]],
    [5, [1 / 3, 2 / 3, 1, 2 / 3, 1 / 3]],
  ])("kernel %i is as Caffe fills it, on the channel diagonal", async (kernel, line) => {
    const plan = new PlanBuilder().input(3).upsample("u", kernel, 2).plan();
    const weights = initWeights(plan);
    const values = await weights.read("u.weight", 0, 9 * kernel * kernel);
    const expected = new Float32Array(values.length);
    for (let c = 0; c < 3; c++)
      for (let y = 0; y < kernel; y++)
        for (let x = 0; x < kernel; x++)
          expected[((c * 3 + c) * kernel + y) * kernel + x] = (line[y] as number) * (line[x] as number);
    for (const [index, value] of values.entries()) expect(value).toBeCloseTo(expected[index] as number, 6);
    expect(weights.origins.get("u.weight")).toBe("generated");
  });

  test("each channel of a grouped deconvolution has its own kernel", async () => {
    const plan = new PlanBuilder().input(4).deconv("d", 4, 2, { stride: 2, groups: 2, bias: false }).plan();
    const tensors = plan.tensors.map((tensor) => ({ ...tensor, init: { kind: "bilinear" } as const }));
    const values = await initWeights({ ...plan, tensors }).read("d.weight", 0, 4 * 2 * 4);
    const own = [0, 1, 0, 1];
    for (const [index, value] of values.entries()) {
      const row = Math.floor(index / 8);
      expect(value).toBe(Math.floor(index / 4) % 2 === own[row] ? 0.25 : 0);
    }
  });

  test.each([4, 8, 16, 32, 64, 3, 5, 63])("phases of kernel %i sum to one", async (kernel) => {
    const stride = Math.ceil(kernel / 2);
    const values = await initWeights(new PlanBuilder().input(1).upsample("u", kernel, stride).plan()).read(
      "u.weight",
      0,
      kernel * kernel,
    );
    for (let phase = 0; phase < stride; phase++) {
      let sum = 0;
      for (let y = phase; y < kernel; y += stride)
        for (let x = phase; x < kernel; x += stride) sum += values[y * kernel + x] as number;
      expect(sum).toBeCloseTo(1, 5);
    }
  });
});

describe("functions written by hand", () => {
  test("logarithm", () => {
    for (let exponent = -33; exponent <= 0; exponent += 0.37) {
      const value = Math.min(1, 2 ** exponent * 1.0001);
      expect(Math.abs(logarithm(value) - Math.log(value))).toBeLessThan(1e-14);
    }
  });

  test("normal quantile", () => {
    const at = (probability: number) => normal(Math.round((probability - 0.5) * 2 ** 32));
    expect(at(0.5)).toBeCloseTo(0, 8);
    expect(at(0.975)).toBeCloseTo(1.959963985, 6);
    expect(at(0.025)).toBeCloseTo(-1.959963985, 6);
    expect(at(0.999)).toBeCloseTo(3.090232306, 5);
    expect(normal(2147483647)).toBeCloseTo(6.337957755, 6);
    expect(normal(-2147483648)).toBeCloseTo(-6.337957755, 6);
  });
});
