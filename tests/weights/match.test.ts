import { describe, expect, test } from "vitest";
import { describeProblem } from "../../src/weights/describe.js";
import { initWeights } from "../../src/weights/init.js";
import { matchWeights } from "../../src/weights/match.js";
import { PlanBuilder } from "../reference/plan-builder.js";
import { sourceOf } from "./bytes.js";

const plan = new PlanBuilder()
  .input(2)
  .conv("conv1", 3, 1)
  .conv("fc6", 4, 2, { bias: false })
  .upsample("up", 4, 2)
  .plan();
const dense = plan.tensors.map((tensor) =>
  tensor.name === "fc6.weight" ? { ...tensor, denseShape: [4, 12] as const } : tensor,
);
const wanted = { ...plan, tensors: dense };
const whole = {
  "conv1.weight": { shape: [3, 2, 1, 1] },
  "conv1.bias": { shape: [3], values: [1, 2, 3] },
  "fc6.weight": { shape: [4, 3, 2, 2] },
};
const said = (file: Parameters<typeof sourceOf>[0]) =>
  matchWeights(wanted, sourceOf(file)).problems.map((problem) => describeProblem(problem, "file.safetensors"));

describe("matching", () => {
  test("a whole file has no problems, and frozen kernels are made", async () => {
    const { weights, problems } = matchWeights(wanted, sourceOf(whole));
    expect(problems).toEqual([]);
    expect(Object.fromEntries(weights.origins)).toEqual({
      "conv1.weight": "copied",
      "conv1.bias": "copied",
      "fc6.weight": "copied",
      "up.weight": "generated",
    });
    expect(await weights.read("conv1.bias", 1, 3)).toEqual(Float32Array.of(2, 3));
    expect(await weights.read("up.weight", 0, 16)).toEqual(await initWeights(plan).read("up.weight", 0, 16));
  });

  test("a dense layer is read as the convolution's kernel", async () => {
    const { weights, problems } = matchWeights(wanted, sourceOf({ ...whole, "fc6.weight": { shape: [4, 12] } }));
    expect(problems).toEqual([]);
    expect(weights.origins.get("fc6.weight")).toBe("reshaped");
    expect(weights.tensors.get("fc6.weight")?.shape).toEqual([4, 3, 2, 2]);
    expect(await weights.read("fc6.weight", 11, 14)).toEqual(Float32Array.of(11, 12, 13));
  });

  test("a kernel that is in the file comes from there", () => {
    const { weights } = matchWeights(wanted, sourceOf({ ...whole, "up.weight": { shape: [4, 4, 4, 4] } }));
    expect(weights.origins.get("up.weight")).toBe("copied");
  });

  test("missing, left over and renamed", () => {
    const { "fc6.weight": fc6, ...rest } = whole;
    expect(said({ ...rest, fc6_weight: fc6, "optimizer.state.step": { shape: [1] } })).toEqual([
      "`fc6.weight` [4, 3, 2, 2] is wanted and not in file.safetensors; it has `fc6_weight` [4, 3, 2, 2]: is it the same?",
      "`fc6_weight` [4, 3, 2, 2] of file.safetensors is not wanted; `fc6.weight` is: is it the same?",
      "`optimizer.state.step` [1] of file.safetensors is not wanted",
    ]);
  });

  test("misshapen and mistyped", () => {
    expect(said({ ...whole, "fc6.weight": { shape: [4, 11] }, "conv1.bias": { shape: [3], dtype: "I32" } })).toEqual([
      "`conv1.bias` [3] is wanted as floating-point numbers, and file.safetensors has it as I32",
      "`fc6.weight` [4, 3, 2, 2] or [4, 12] is wanted, and file.safetensors has it as [4, 11]",
    ]);
  });

  test("what has a problem comes from its initializer", async () => {
    const { weights } = matchWeights(wanted, sourceOf({ ...whole, "fc6.weight": { shape: [1] } }), 5);
    expect(weights.origins.get("fc6.weight")).toBe("fresh");
    expect(await weights.read("fc6.weight", 0, 48)).toEqual(await initWeights(wanted, 5).read("fc6.weight", 0, 48));
  });
});

describe("NaN and infinity", () => {
  test.each([
    [NaN, "NaN"],
    [Infinity, "infinity"],
    [-Infinity, "infinity"],
  ])("%d is reported with its tensor and place", async (value, word) => {
    const values = Array.from({ length: 48 }, (_, i) => (i === 30 ? value : i));
    const { weights } = matchWeights(wanted, sourceOf({ ...whole, "fc6.weight": { shape: [4, 3, 2, 2], values } }));
    await expect(weights.read("fc6.weight", 0, 30)).resolves.toHaveLength(30);
    await expect(weights.read("fc6.weight", 12, 48)).rejects.toThrow(
      `file.safetensors: tensor \`fc6.weight\` holds ${word} at [2, 1, 1, 0].`,
    );
  });

  test("large numbers are none", async () => {
    const values = new Float32Array(48).fill(3e38);
    const { weights } = matchWeights(wanted, sourceOf({ ...whole, "fc6.weight": { shape: [4, 3, 2, 2], values } }));
    await expect(weights.read("fc6.weight", 0, 47)).resolves.toHaveLength(47);
  });
});
