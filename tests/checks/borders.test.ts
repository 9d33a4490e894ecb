/** Checks of where outputs lie and what they see, of kernels, and of memory. */
import { describe, expect, test } from "vitest";
import { asLine, checked, net, vggNet } from "./expect-errors.js";

async function linesOf(text: string, code: string): Promise<string[]> {
  const result = await checked(text);
  expect(result.diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  return result.diagnostics.filter((each) => each.code === code).map((each) => asLine(each, result));
}

describe("asymmetric-padding", () => {
  test("speaks of the axis on which it is", async () => {
    const text = net("a = image -> pad(top: 2, left: 1, right: 1) -> conv(8, 3)", "output a");
    expect(await linesOf(text, "asymmetric-padding")).toEqual([
      "4:16 asymmetric-padding: `a` has the size of the image and lies 1 px beside it vertically",
    ]);
  });

  test.each([
    ["an even kernel, which no padding centres", ["a = image -> pad(bottom: 1, right: 1) -> conv(8, 2)", "output a"]],
    [
      "a crop, which looks for the place",
      ["a = image -> pad(top: 5, left: 5) -> conv(8, 3, pad: 1)", "b = crop(to: image)", "output b"],
    ],
    [
      "TensorFlow's padding of a stride",
      ["a = image -> pad(bottom: 1, right: 1) -> conv(8, 3, stride: 2)", "output a"],
    ],
  ])("says nothing of %s", async (_, lines) => {
    expect(await linesOf(net(...lines), "asymmetric-padding")).toEqual([]);
  });
});

describe("dead-border", () => {
  test("counts rows, or columns", async () => {
    const one = net("a = image -> conv(8, 3, pad: 0x3)", "output a");
    expect(await linesOf(one, "dead-border")).toEqual([
      "5:10 dead-border: the first column of `a` sees nothing but padding",
    ]);
  });

  test("says nothing of a border of 100 that a crop takes off again, nor of a border within the field", async () => {
    const trunk = "vgg = image -> vgg16 { conv1_1.pad: 100, convolutionize: [fc6, fc7], without: [fc8] }";
    const up = "up = vgg.fc7 -> conv(21, 1) -> upsample(32x)";
    expect(await linesOf(vggNet(trunk, up, "score = crop(to: image)", "output score"), "dead-border")).toEqual([]);
    expect(await linesOf(net("a = image -> conv(8, 3, pad: 2)", "output a"), "dead-border")).toEqual([]);
  });
});

describe("bilinear-kernel", () => {
  const up = (call: string): Promise<string[]> =>
    linesOf(net("a = image -> conv(8, 3)", `b = ${call}`, "output b"), "bilinear-kernel");

  test.each(["upsample(4x)", "upsample(4x, kernel: 7)", "upsample(3x)", "upsample(1x)", "deconv(8, 3, stride: 2)"])(
    "%s interpolates, or is not meant to",
    async (call) => {
      expect(await up(call)).toEqual([]);
    },
  );

  test("says what the weights sum to", async () => {
    expect(await up("deconv(8, 3, stride: 3, init: bilinear)")).toEqual([
      "5:7 bilinear-kernel: a bilinear kernel of 3 does not interpolate by 3x: rows of `b` get weights that sum to 0.5 here and 1 there, not 1",
    ]);
  });
});

describe("browser-memory", () => {
  const wide = net("a = image -> conv(512, 3, pad: 1)", "b = conv(512, 3, pad: 1)", "output b");

  test("counts the largest layer and all weights, for a web page alone", async () => {
    expect(await linesOf(wide, "browser-memory")).toEqual([]);
    expect(await linesOf(`${wide}target web for n\n`, "browser-memory")).toEqual([]);
    const large = `${wide.replace("H, W", "1024, 1024")}target web for n\n`;
    expect(await linesOf(large, "browser-memory")).toEqual([
      "5:7 browser-memory: `n` needs at least 4.3 GB for a 1024x1024 image, and a browser may give no more than 2.1 GB",
    ]);
  });
});

describe("field-exceeds-input", () => {
  const field = (input: string): Promise<string[]> =>
    linesOf(
      net("a = image -> conv(8, 9, pad: 4)", "output a").replace("rgb[H, W, 3]", `rgb${input}`),
      "field-exceeds-input",
    );

  test("where the least size is stated", async () => {
    expect(await field("[8, 32, 3]")).toEqual([
      "5:10 field-exceeds-input: a score of `a` sees 9 px, and the smallest image has [8, 32]",
    ]);
    expect(await field("[H, W, 3] { where: [H >= 5, W >= 5] }")).toHaveLength(1);
    expect(await field("[H, W, 3] { where: [H mod 4 == 0] }")).toEqual([]);
    expect(await field("[H, W, 3]")).toEqual([]);
  });
});
