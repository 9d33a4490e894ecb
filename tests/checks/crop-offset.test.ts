import { describe, test } from "vitest";
import { expectErrors, expectValid, net, spec, vggNet } from "./expect-errors.js";

describe("crop-offset", () => {
  test("an offset that is not the derived one", async () => {
    await expectErrors(
      net("a = image -> conv(8, 3, pad: 10)", "score = crop(to: image, offset: 5)", "output score"),
    ).toEqual(["5:35 crop-offset: crop offset 5 puts `score` 4 px off the image grid"]);
  });

  test("the derived one", async () => {
    await expectValid(net("a = image -> conv(8, 3, pad: 10)", "score = crop(to: image, offset: 9)", "output score"));
  });

  test("one for each axis", async () => {
    await expectErrors(
      net("a = image -> conv(8, 3, pad: 10x6)", "score = crop(to: image, offset: [9, 6])", "output score"),
    ).toEqual(["5:35 crop-offset: crop offset [9, 6] puts `score` [0, 1] px off the image grid"]);
  });

  test("a negative one", async () => {
    await expectErrors(
      net("a = image -> conv(8, 3, pad: 10)", "score = crop(to: image, offset: -9)", "output score"),
    ).toEqual(["5:35 crop-offset: crop offset -9 puts `score` 18 px off the image grid"]);
  });

  test("at a sum", async () => {
    await expectErrors(
      net("a = image -> conv(8, 3, pad: 1)", "b = image -> conv(8, 3, pad: 4)", "c = sum(a, b, crop: 5)", "output c"),
    ).toEqual(["6:23 crop-offset: crop offset 5 puts `b` 2 px off the image grid"]);
  });

  test("through a block", async () => {
    await expectErrors(
      spec(
        "block fuse(x: node, y: node, offset: int = auto) {",
        "  z = sum(x, y, crop: offset)",
        "}",
        "net n {",
        "  input image: rgb[H, W, 3]",
        "  a = image -> conv(8, 3, pad: 1)",
        "  b = image -> conv(8, 3, pad: 4)",
        "  c = fuse(a, b, offset: 5)",
        "  output c",
        "}",
      ),
    ).toEqual(["3:23 crop-offset: crop offset 5 puts `b` 2 px off the image grid"]);
  });

  test("the offset of another padding is told once", async () => {
    await expectErrors(
      vggNet(
        "vgg = image -> vgg16 { conv1_1.pad: 90, convolutionize: [fc6, fc7], without: [fc8] }",
        "score_fr = vgg.fc7 -> conv(21, 1)",
        "upscore = upsample(32x)",
        "score = crop(to: image, offset: 19)",
        "output score",
      ),
    ).toEqual(["8:35 crop-offset: crop offset 19 puts `score` 10 px off the image grid"]);
  });
});
