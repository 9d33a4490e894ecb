import { describe, test } from "vitest";
import { expectErrors, expectValid, net, vggNet } from "./expect-errors.js";

describe("crop-bounds", () => {
  test("a map that begins inside its reference", async () => {
    await expectErrors(net("a = image -> conv(8, 3)", "score = crop(to: image)", "output score")).toEqual([
      "5:11 crop-bounds: `a` begins 1 px inside `image`, so it cannot be cropped to it",
    ]);
  });

  test("a map that reaches as far", async () => {
    await expectValid(net("a = image -> conv(8, 3, pad: 1)", "score = crop(to: image)", "output score"));
  });

  test("vertically alone", async () => {
    await expectErrors(net("a = image -> conv(8, 3x1)", "score = crop(to: image)", "output score")).toEqual([
      "5:11 crop-bounds: `a` begins 1 px inside `image` vertically, so it cannot be cropped to it",
    ]);
  });

  test("more in height than in width", async () => {
    await expectErrors(net("a = image -> conv(8, 5x3)", "score = crop(to: image)", "output score")).toEqual([
      "5:11 crop-bounds: `a` begins [2, 1] px inside `image`, so it cannot be cropped to it",
    ]);
  });

  test("at a stride", async () => {
    await expectErrors(
      net(
        "a = image -> conv(8, 3, pad: 1)",
        "b = maxpool(2)",
        "c = image -> maxpool(2)",
        "d = conv(8, 3) ",
        "e = sum(b, d, crop: auto)",
        "output e",
      ),
    ).toEqual(["8:7 crop-bounds: `d` begins 2 px inside `b`, so it cannot be cropped to it"]);
  });

  test("padding 80 is not enough for FCN-32s", async () => {
    await expectErrors(
      vggNet(
        "vgg = image -> vgg16 { conv1_1.pad: 80, convolutionize: [fc6, fc7], without: [fc8] }",
        "score_fr = vgg.fc7 -> conv(21, 1)",
        "upscore = upsample(32x)",
        "score = crop(to: image)",
        "output score",
      ),
    ).toEqual(["8:11 crop-bounds: `upscore` begins 1 px inside `image`, so it cannot be cropped to it"]);
  });

  test("padding 81 is", async () => {
    await expectValid(
      vggNet(
        "vgg = image -> vgg16 { conv1_1.pad: 81, convolutionize: [fc6, fc7], without: [fc8] }",
        "score_fr = vgg.fc7 -> conv(21, 1)",
        "upscore = upsample(32x)",
        "score = crop(to: image)",
        "output score",
      ),
    );
  });

  test("but not for every size", async () => {
    await expectErrors(
      vggNet(
        "vgg = image -> vgg16 { conv1_1.pad: 81, convolutionize: [fc6, fc7], without: [fc8] }",
        "score_fr = vgg.fc7 -> conv(21, 1)",
        "upscore = upsample(32x)",
        "score = crop(to: image)",
        "output score",
        "expect valid(H >= 1, W >= 1)",
      ),
    ).toEqual(["10:3 expectation: the net fails for H in 1..32, and for W in 1..32"]);
  });
});
