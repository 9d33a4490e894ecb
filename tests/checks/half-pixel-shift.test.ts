import { describe, test } from "vitest";
import { expectErrors, expectValid, net } from "./expect-errors.js";

describe("half-pixel-shift", () => {
  test("AlexNet with an even kernel", async () => {
    await expectErrors(
      net(
        "a = image -> conv(96, 11, stride: 4, pad: 100)",
        "p1 = maxpool(3, stride: 2)",
        "c2 = conv(256, 5, pad: 2, groups: 2)",
        "p2 = maxpool(3, stride: 2)",
        "c5 = conv(256, 3, pad: 1)",
        "p5 = maxpool(3, stride: 2)",
        "fc6 = conv(64, 6)",
        "score_fr = conv(21, 1)",
        "upscore = upsample(32x, kernel: 64)",
        "score = crop(to: image)",
        "output score",
      ),
    ).toEqual(["13:11 half-pixel-shift: `upscore` lies 37/2 units off `image`, and no crop can take part of a unit"]);
  });

  test("AlexNet with an odd one", async () => {
    await expectValid(
      net(
        "a = image -> conv(96, 11, stride: 4, pad: 100)",
        "p1 = maxpool(3, stride: 2)",
        "c2 = conv(256, 5, pad: 2, groups: 2)",
        "p2 = maxpool(3, stride: 2)",
        "c5 = conv(256, 3, pad: 1)",
        "p5 = maxpool(3, stride: 2)",
        "fc6 = conv(64, 6)",
        "score_fr = conv(21, 1)",
        "upscore = upsample(32x, kernel: 63)",
        "score = crop(to: image)",
        "output score",
      ),
    );
  });

  test("maps that are summed", async () => {
    await expectErrors(
      net("a = image -> conv(8, 3, pad: 1)", "b = image -> conv(8, 4, pad: 2)", "c = sum(a, b)", "output c"),
    ).toEqual(["6:7 half-pixel-shift: `b` lies 1/2 units off `a`, and no crop can take part of a unit"]);
  });

  test("horizontally alone", async () => {
    await expectErrors(
      net("a = image -> conv(8, 3, pad: 1)", "b = image -> conv(8, 3x4, pad: 1x2)", "c = sum(a, b)", "output c"),
    ).toEqual(["6:7 half-pixel-shift: `b` lies 1/2 units off `a` horizontally, and no crop can take part of a unit"]);
  });
});
