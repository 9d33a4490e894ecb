import { describe, test } from "vitest";
import { expectErrors, expectValid, net } from "../checks/expect-errors.js";

describe("arguments of layers", () => {
  test("a setting that is misspelt", async () => {
    await expectErrors(net("a = image -> conv(8, 3, paddd: 1)", "output a")).toEqual([
      "4:27 unknown-argument: `conv` has no setting `paddd`",
    ]);
  });

  test("a setting like no other", async () => {
    await expectErrors(net("a = image -> conv(8, 3, frobnicate: 1)", "output a")).toEqual([
      "4:27 unknown-argument: `conv` has no setting `frobnicate`",
    ]);
  });

  test("a misspelt setting that is needed is told once", async () => {
    await expectErrors(net("a = image -> conv(8, kernle: 3)", "output a")).toEqual([
      "4:24 unknown-argument: `conv` has no setting `kernle`",
    ]);
  });

  test("what follows from a misspelt padding is silent", async () => {
    await expectErrors(net("a = image -> conv(8, 3, padd: 1)", "score = crop(to: image)", "output score")).toEqual([
      "4:27 unknown-argument: `conv` has no setting `padd`",
    ]);
  });

  test("the crop of a sum that is misspelt", async () => {
    await expectErrors(
      net("a = image -> conv(8, 3, pad: 1)", "b = image -> conv(8, 3, pad: 1)", "c = sum(a, b, crp: auto)", "output c"),
    ).toEqual(["6:17 unknown-argument: `sum` has no setting `crp`"]);
  });

  test("the map of a crop that is misspelt", async () => {
    await expectErrors(net("a = image -> conv(8, 3, pad: 1)", "b = crop(too: image)", "output b")).toEqual([
      "5:12 unknown-argument: `crop` has no setting `too`",
    ]);
  });

  test("nothing where something is needed", async () => {
    await expectErrors(net("a = image -> conv()", "b = image -> conv(8)", "output a")).toEqual([
      "4:16 missing-argument: `conv` needs `channels` and `kernel`",
      "5:16 missing-argument: `conv` needs `kernel`",
    ]);
  });

  test("too many arguments", async () => {
    await expectErrors(net("a = image -> relu(1)", "output a")).toEqual([
      "4:21 unknown-argument: `relu` has no place for the number 1",
    ]);
  });

  test("an argument twice", async () => {
    await expectErrors(
      net("a = image -> conv(8, 3, kernel: 5)", "b = image -> conv(8, 3, pad: 1, pad: 2)", "output a"),
    ).toEqual(["4:27 argument-twice: `kernel` is given twice", "5:35 argument-twice: `pad` is given twice"]);
  });

  test("a layer with the name of a setting's word does not hide it", async () => {
    const layers = ["floor = image -> conv(8, 3, pad: 1)", "zero = conv(8, 3, pad: 1)", "auto = conv(8, 3, pad: 1)"];
    await expectValid(
      net(
        ...layers,
        "a = maxpool(2, round: floor)",
        "b = conv(8, 3, init: zero)",
        "c = sum(floor, zero, crop: auto)",
        "d = crop(to: auto, offset: auto)",
        "e = b -> maxpool(1)",
        "output d",
        "output e",
      ).replace("image: rgb[H, W, 3]", "image: rgb[H, W, 3] { where: [H mod 2 == 0, H >= 8, W mod 2 == 0, W >= 8] }"),
    );
    await expectErrors(net(...layers, "a = maxpool(2, round: zero)", "output a")).toEqual([
      "7:25 argument-type: `round` of `maxpool` wants `ceil` or `floor`, not a layer",
    ]);
  });

  test("a word that is misspelt", async () => {
    await expectErrors(net("a = image -> maxpool(2, round: flor)", "output a")).toEqual([
      "4:34 argument-type: `round` of `maxpool` wants `ceil` or `floor`, not `flor`",
    ]);
  });

  test("a start of weights that is misspelt", async () => {
    await expectErrors(
      net("a = image -> conv(8, 3, init: zeros)", "b = image -> conv(8, 3, init: gausian(0.1))", "output a"),
    ).toEqual([
      "4:33 argument-type: `init` of `conv` wants `zero`, `he`, `xavier`, `bilinear`, `gaussian(0.01)` or `constant(0.5)`, not `zeros`",
      "5:33 argument-type: `init` of `conv` wants `zero`, `he`, `xavier`, `bilinear`, `gaussian(0.01)` or `constant(0.5)`, not `gausian(...)`",
    ]);
  });

  test("values of other types", async () => {
    await expectErrors(
      net(
        'a = image -> conv("8", 3)',
        "b = image -> conv(8, 2x)",
        "c = image -> conv(8, 3, bias: 1)",
        "d = image -> upsample(3x5)",
        "e = image -> dropout(half)",
        "output a",
      ),
    ).toEqual([
      '4:21 argument-type: `channels` of `conv` wants a whole number of at least 1, not the string "8"',
      "5:24 argument-type: `kernel` of `conv` wants a whole number of at least 1, or one for each axis (`3x5`), not the factor 2x",
      "6:33 argument-type: `bias` of `conv` wants `true` or `false`, not the number 1",
      "7:25 argument-type: `factor` of `upsample` wants a whole factor from `1x` on, such as `2x`, not the extent 3x5",
      "8:24 argument-type: `rate` of `dropout` wants a number from 0 to below 1, not `half`",
    ]);
  });

  test("`auto` where there is no default", async () => {
    await expectErrors(net("a = image -> conv(auto, 3)", "output a")).toEqual([
      "4:21 argument-type: `channels` of `conv` has no default that `auto` could stand for",
    ]);
  });

  test("sides of nothing", async () => {
    await expectErrors(
      net(
        "a = image -> conv(8, 1x0)",
        "b = image -> conv(8, 0)",
        "c = image -> maxpool(0)",
        "d = image -> conv(8, 3, stride: 0)",
        "e = image -> upsample(0x)",
        "output a",
      ),
    ).toEqual([
      "4:24 argument-type: `kernel` of `conv` wants a whole number of at least 1, or one for each axis (`3x5`), not the extent 1x0",
      "5:24 argument-type: `kernel` of `conv` wants a whole number of at least 1, or one for each axis (`3x5`), not the number 0",
      "6:24 argument-type: `kernel` of `maxpool` wants a whole number of at least 1, or one for each axis (`3x5`), not the number 0",
      "7:35 argument-type: `stride` of `conv` wants a whole number of at least 1, or one for each axis (`3x5`), not the number 0",
      "8:25 argument-type: `factor` of `upsample` wants a whole factor from `1x` on, such as `2x`, not the factor 0x",
    ]);
  });

  test("parts of a pixel", async () => {
    await expectErrors(
      net(
        "a = image -> conv(8, 1.5)",
        "b = image -> conv(8, 3, pad: 0.5)",
        "c = image -> upsample(2.5x)",
        "d = image -> conv(0.5, 3)",
        "output a",
      ),
    ).toEqual([
      "4:24 argument-type: `kernel` of `conv` wants a whole number of at least 1, or one for each axis (`3x5`), not the number 1.5",
      "5:32 argument-type: `pad` of `conv` wants a whole number of at least 0, or one for each axis (`3x5`), not the number 0.5",
      "6:25 argument-type: `factor` of `upsample` wants a whole factor from `1x` on, such as `2x`, not the factor 2.5x",
      "7:21 argument-type: `channels` of `conv` wants a whole number of at least 1, not the number 0.5",
    ]);
  });

  test("below zero", async () => {
    await expectErrors(
      net("a = image -> conv(8, 3, pad: -1)", "b = image -> conv(-8, 3)", "c = image -> dropout(-0.5)", "output a"),
    ).toEqual([
      "4:32 argument-type: `pad` of `conv` wants a whole number of at least 0, or one for each axis (`3x5`), not the number -1",
      "5:21 argument-type: `channels` of `conv` wants a whole number of at least 1, not the number -8",
      "6:24 argument-type: `rate` of `dropout` wants a number from 0 to below 1, not the number -0.5",
    ]);
  });

  test("numbers beyond reason", async () => {
    await expectErrors(
      net(
        "a = image -> conv(1e9, 3)",
        "b = image -> conv(8, 3, pad: 1e300)",
        "c = image -> conv(8, 100000x3)",
        "d = image -> upsample(99999999x)",
        "e = image -> pad(top: 1e300)",
        "output a",
      ),
    ).toEqual([
      "4:21 argument-type: `channels` of `conv` wants a whole number of at most 1048576, not the number 1e9",
      "5:32 argument-type: `pad` of `conv` wants a whole number of at most 65536, or one for each axis (`3x5`), not the number 1e300",
      "6:24 argument-type: `kernel` of `conv` wants a whole number of at most 65536, or one for each axis (`3x5`), not the extent 100000x3",
      "7:25 argument-type: `factor` of `upsample` wants a whole factor from `1x` on, such as `2x`, not the factor 99999999x",
      "8:25 argument-type: `top` of `pad` wants a number from 0 to below 65537, not the number 1e300",
    ]);
  });

  test("a constant of another type", async () => {
    await expectErrors(net('let k: "three"', "a = image -> conv(8, k)", "output a")).toEqual([
      '5:24 argument-type: `kernel` of `conv` wants a whole number of at least 1, or one for each axis (`3x5`), not the string "three"',
    ]);
  });

  test("arithmetic", async () => {
    await expectErrors(
      net(
        "let k: 3",
        "let z: k / 0",
        'let q: "a" + 1',
        "let r: -conv",
        "let s: 3 > 2",
        "a = image -> conv(2 * k, k)",
        "output a",
      ),
    ).toEqual([
      "5:14 argument-type: a division by zero",
      '6:10 argument-type: the string "a" is not a number',
      "7:11 argument-type: `conv` is not a number",
      "8:10 argument-type: a comparison is not a value",
    ]);
  });
});
