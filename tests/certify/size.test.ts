import { describe, expect, test } from "vitest";
import { trialSize } from "../../src/certify/size.js";
import { contains } from "../../src/model/size-set.js";
import { compileText } from "../numbers/compiled.js";
import { planOf } from "../specs/library.js";

const sizeOf = async (text: string) => {
  const size = trialSize(await compileText(`fcn 1\n\nnet tried {\n${text}\n  output score\n}\n`));
  return size && Object.fromEntries(size.inputs);
};

describe("the size at which a net is tried", () => {
  test("is small where scores come at the size of the picture", async () =>
    expect(await sizeOf("  input image: bgr[H, W, 3]\n  score = conv(2, 3, pad: 1)")).toEqual({ image: [16, 20] }));

  test("grows until there are some hundred scores", async () =>
    expect(await sizeOf("  input image: bgr[H, W, 3]\n  score = conv(2, 8, stride: 8)")).toEqual({
      image: [128, 160],
    }));

  test("is the one that there is", async () =>
    expect(await sizeOf("  input image: bgr[40, 30, 3]\n  score = conv(2, 8, stride: 8)")).toEqual({
      image: [40, 30],
    }));

  test("is square where height and width are one symbol", async () =>
    expect(await sizeOf("  input image: bgr[N, N, 3]\n  score = conv(2, 3)")).toEqual({ image: [32, 32] }));

  test.each(["voc-fcn8s", "voc-fcn-alexnet", "nyud-fcn32s-color-hha", "unet"])("of %s works", async (name) => {
    const plan = await planOf(`specs/${name}.fcn`);
    const size = trialSize(plan);
    for (const { name: input, height, width } of plan.inputs)
      for (const [symbol, pixels] of [
        [height, size?.inputs.get(input)?.[0]],
        [width, size?.inputs.get(input)?.[1]],
      ]) {
        const valid = plan.validFor[symbol as string];
        if (valid) expect(contains(valid, pixels as number), `${input} at ${String(pixels)}`).toBe(true);
      }
    expect(size?.work).toBeLessThan(150_000_000_000n);
  });
});
