/** Affine scaling of inputs: one number, or one for each channel. */
import { describe, expect, it } from "vitest";
import { check } from "../../src/compile.js";
import { libraryHost, planOfText } from "./library.js";

const net = (input: string): string => `fcn 1
net n {
  input image: ${input}
  score = image -> conv(2, 3)
  output score
}
`;

async function messages(input: string): Promise<string[]> {
  const { diagnostics } = await check({ text: net(input), path: "spec.fcn" }, libraryHost);
  return diagnostics.flatMap(({ severity, message }) => (severity === "error" ? [message] : []));
}

describe("an input's scale", () => {
  it.each([
    ["rgb[H, W, 3] { mean: [10, 20, 30], scale: [1 / 2, 1 / 4, 1 / 8] }", [0.5, 0.25, 0.125], [-5, -5, -3.75]],
    ["bgr[H, W, 3] { mean: 8, scale: 2 }", [2, 2, 2], [-16, -16, -16]],
    ["gray[H, W, 1] { scale: [3] }", [3], [0]],
    ["raw[H, W, 2] { scale: [3, -1] }", [3, -1], [0, 0]],
    ["raw[H, W, 2] { mean: 1 }", [1, 1], [-1, -1]],
  ])("of %s multiplies what is left after the mean", async (input, scale, offset) => {
    const { operations } = await planOfText(net(input));
    expect(operations.find(({ op }) => op === "preprocess")).toMatchObject({ scale, offset });
  });

  it("may be left out, and then nothing is done", async () => {
    const { operations } = await planOfText(net("raw[H, W, 2]"));
    expect(operations.map(({ op }) => op)).toEqual(["input", "conv"]);
  });

  it("has one number or as many as there are channels", async () => {
    const wanted = "`scale` wants one number, or one for each of the 3 channels in the net's order";
    expect(await messages("rgb[H, W, 3] { scale: [1, 2] }")).toEqual([wanted]);
    expect(await messages("rgb[H, W, 3] { scale: [1, 2, half] }")).toEqual([wanted]);
    expect(await messages("gray[H, W, 1] { scale: half }")).toEqual(["`scale` wants one number, not `half`"]);
  });
});
