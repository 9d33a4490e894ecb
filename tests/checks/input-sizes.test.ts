import { describe, test } from "vitest";
import { expectErrors, expectValid, net, spec, vggNet } from "./expect-errors.js";

describe("input-sizes", () => {
  test("FCN-32s with floor pooling", async () => {
    await expectErrors(
      vggNet(
        "vgg = image -> vgg16 { conv1_1.pad: 100, pool1.round: floor, pool2.round: floor, pool3.round: floor, pool4.round: floor, pool5.round: floor, convolutionize: [fc6, fc7], without: [fc8] }",
        "score_fr = vgg.fc7 -> conv(21, 1)",
        "upscore = upsample(32x)",
        "score = crop(to: image)",
        "output score",
      ),
    ).toEqual([
      "8:11 input-sizes: `upscore` is too small to be cropped to `image` for H in 1..25 and H mod 32 in 14..25",
    ]);
  });

  test("FCN-16s with floor pooling", async () => {
    await expectErrors(
      vggNet(
        "vgg = image -> vgg16 { conv1_1.pad: 100, pool1.round: floor, pool2.round: floor, pool3.round: floor, pool4.round: floor, pool5.round: floor, convolutionize: [fc6, fc7], without: [fc8] }",
        "score_fr = vgg.fc7 -> conv(21, 1)",
        "up2 = upsample(2x)",
        "score_pool4 = vgg.pool4 -> conv(21, 1)",
        "fuse = sum(up2, score_pool4, crop: auto)",
        "up16 = upsample(16x)",
        "score = crop(to: image)",
        "output score",
      ),
    ).toEqual([
      "11:11 input-sizes: `up16` is too small to be cropped to `image` for H in 1..25 and H mod 32 in 22..25",
    ]);
  });

  test("FCN-8s with floor pooling", async () => {
    await expectValid(
      vggNet(
        "vgg = image -> vgg16 { conv1_1.pad: 100, pool1.round: floor, pool2.round: floor, pool3.round: floor, pool4.round: floor, pool5.round: floor, convolutionize: [fc6, fc7], without: [fc8] }",
        "score_fr = vgg.fc7 -> conv(21, 1)",
        "up2 = upsample(2x)",
        "score_pool4 = vgg.pool4 -> conv(21, 1)",
        "fuse4 = sum(up2, score_pool4, crop: auto)",
        "up4 = upsample(2x)",
        "score_pool3 = vgg.pool3 -> conv(21, 1)",
        "fuse3 = sum(up4, score_pool3, crop: auto)",
        "up8 = upsample(8x)",
        "score = crop(to: image)",
        "output score",
      ),
    );
  });

  test("FCN-8s with floor pooling, from 1 on", async () => {
    await expectErrors(
      vggNet(
        "vgg = image -> vgg16 { conv1_1.pad: 100, pool1.round: floor, pool2.round: floor, pool3.round: floor, pool4.round: floor, pool5.round: floor, convolutionize: [fc6, fc7], without: [fc8] }",
        "score_fr = vgg.fc7 -> conv(21, 1)",
        "up2 = upsample(2x)",
        "score_pool4 = vgg.pool4 -> conv(21, 1)",
        "fuse4 = sum(up2, score_pool4, crop: auto)",
        "up4 = upsample(2x)",
        "score_pool3 = vgg.pool3 -> conv(21, 1)",
        "fuse3 = sum(up4, score_pool3, crop: auto)",
        "up8 = upsample(8x)",
        "score = crop(to: image)",
        "output score",
        "expect valid(H >= 1)",
      ),
    ).toEqual(["16:3 expectation: the net fails for H in 1..25"]);
  });

  test("FCN-32s with ceil pooling", async () => {
    await expectValid(
      vggNet(
        "vgg = image -> vgg16 { conv1_1.pad: 100, convolutionize: [fc6, fc7], without: [fc8] }",
        "score_fr = vgg.fc7 -> conv(21, 1)",
        "upscore = upsample(32x)",
        "score = crop(to: image)",
        "output score",
        "expect valid(H >= 1, W >= 1)",
      ),
    );
  });

  test("a merge whose sizes differ", async () => {
    await expectErrors(
      net(
        "a = image -> conv(8, 3, pad: 1)",
        "b = maxpool(2, round: floor)",
        "c = deconv(8, 2, stride: 2)",
        "d = sum(a, c)",
        "output d",
      ),
    ).toEqual(["7:7 input-sizes: `c` and `a` differ in size for H mod 2 = 1"]);
  });

  test("different sizes on the two axes", async () => {
    await expectErrors(
      net(
        "a = image -> conv(8, 3, pad: 1)",
        "b = maxpool(2x3, round: floor)",
        "c = deconv(8, 2x3, stride: 2x3)",
        "d = sum(a, c)",
        "output d",
      ),
    ).toEqual(["7:7 input-sizes: `c` and `a` differ in size for H mod 2 = 1"]);
  });

  test("a map that is always empty", async () => {
    await expectValid(net("a = image -> conv(8, 3)", "b = pad(0)", "output b"));
  });

  test("a map that is empty at a fixed size", async () => {
    await expectErrors(
      spec("net n {", "  input image: rgb[4, 4, 3]", "  a = image -> conv(8, 7)", "  output a", "}"),
    ).toEqual(["4:16 input-sizes: the map of `a` is empty at the fixed size of the input"]);
  });

  test("a net of fixed size", async () => {
    await expectValid(
      spec(
        "net n {",
        "  input image: rgb[30, 40, 3]",
        "  a = image -> conv(8, 3, pad: 1)",
        "  b = maxpool(2, round: floor)",
        "  c = deconv(8, 2, stride: 2)",
        "  d = sum(a, c)",
        "  output d",
        "}",
      ),
    );
  });

  test("a net of a fixed size that fails", async () => {
    await expectErrors(
      spec(
        "net n {",
        "  input image: rgb[31, 40, 3]",
        "  a = image -> conv(8, 3, pad: 1)",
        "  b = maxpool(2, round: floor)",
        "  c = deconv(8, 2, stride: 2)",
        "  d = sum(a, c)",
        "  output d",
        "}",
      ),
    ).toEqual(["7:7 input-sizes: `c` and `a` differ in size at the fixed size of the input"]);
  });

  test("two inputs of unlike sides", async () => {
    await expectErrors(
      spec(
        "net n {",
        "  input x: rgb[H, W, 3]",
        "  input y: rgb[A, B, 3]",
        "  a = x -> conv(8, 3)",
        "  b = y -> conv(8, 3)",
        "  c = sum(a, b)",
        "  output c",
        "}",
      ),
    ).toEqual(["7:7 input-sizes: `b` and `a` differ in size wherever the sizes of two inputs differ"]);
  });

  test("a side of two names", async () => {
    await expectErrors(
      spec(
        "net n {",
        "  input x: rgb[S, S, 3]",
        "  a = x -> conv(8, 3, pad: 1)",
        "  b = maxpool(2, round: floor)",
        "  c = deconv(8, 2, stride: 2)",
        "  d = sum(a, c)",
        "  output d",
        "}",
      ),
    ).toEqual(["7:7 input-sizes: `c` and `a` differ in size for S mod 2 = 1"]);
  });

  test("a dense layer in a net of open size", async () => {
    await expectErrors(net("a = image -> conv(8, 3)", "b = dense(10)", "output b")).toEqual([
      "5:7 dense-size: `b` is a dense layer, which fits one size of image alone",
    ]);
  });

  test("a dense layer in a net of fixed size", async () => {
    await expectValid(
      spec(
        "net n {",
        "  input image: rgb[32, 32, 3]",
        "  a = image -> conv(8, 3)",
        "  b = dense(10)",
        "  output b",
        "}",
      ),
    );
  });
});
