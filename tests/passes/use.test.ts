import { describe, test } from "vitest";
import { expectErrors, expectValid, spec, vggNet } from "../checks/expect-errors.js";

describe("uses of backbones", () => {
  test("an override of an unknown layer", async () => {
    await expectErrors(
      vggNet(
        "vgg = image -> vgg16 { conv1_9.pad: 100, convolutionize: [fc6, fc7], without: [fc8] }",
        "score = vgg.fc7 -> conv(21, 1)",
        "output score",
      ),
    ).toEqual(["5:26 unknown-name: `vgg16` has no layer `conv1_9`"]);
  });

  test("an override of an unknown setting", async () => {
    await expectErrors(
      vggNet(
        "vgg = image -> vgg16 { conv1_1.padd: 100, convolutionize: [fc6, fc7], without: [fc8] }",
        "score = vgg.fc7 -> conv(21, 1)",
        "output score",
      ),
    ).toEqual(["5:34 unknown-argument: `conv1_1` has no setting `padd`"]);
  });

  test("an override with a value of another type", async () => {
    await expectErrors(
      vggNet(
        "vgg = image -> vgg16 { conv1_1.pad: wide, convolutionize: [fc6, fc7], without: [fc8] }",
        "score = vgg.fc7 -> conv(21, 1)",
        "output score",
      ),
    ).toEqual([
      "5:39 argument-type: `pad` of `conv` wants a whole number of at least 0, or one for each axis (`3x5`), not `wide`",
    ]);
  });

  test("without an unknown layer", async () => {
    await expectErrors(
      vggNet(
        "vgg = image -> vgg16 { conv1_1.pad: 100, convolutionize: [fc6, fc7], without: [fc88] }",
        "score = vgg.fc7 -> conv(21, 1)",
        "output score",
      ),
    ).toEqual(["5:82 unknown-name: `vgg16` has no layer `fc88`"]);
  });

  test("convolutionize an unknown layer", async () => {
    await expectErrors(
      vggNet(
        "vgg = image -> vgg16 { conv1_1.pad: 100, convolutionize: [fc5, fc7], without: [fc8] }",
        "score = vgg.fc7 -> conv(21, 1)",
        "output score",
      ),
    ).toEqual(["5:61 unknown-name: `vgg16` has no layer `fc5`"]);
  });

  test("convolutionize what is no dense layer", async () => {
    await expectErrors(
      vggNet(
        "vgg = image -> vgg16 { conv1_1.pad: 100, convolutionize: [conv1_1, fc6, fc7], without: [fc8] }",
        "score = vgg.fc7 -> conv(21, 1)",
        "output score",
      ),
    ).toEqual(["5:61 argument-type: `conv1_1` is no dense layer, so there is nothing to convolutionize"]);
  });

  test("a misspelt setting of the use", async () => {
    await expectErrors(
      vggNet(
        "vgg = image -> vgg16 { conv1_1.pad: 100, convolutionise: [fc6, fc7], without: [fc8] }",
        "score = vgg.fc7 -> conv(21, 1)",
        "output score",
      ),
    ).toEqual(["5:44 unknown-name: the use of a backbone has no setting `convolutionise`"]);
  });

  test("dense layers of an image of open size", async () => {
    await expectErrors(
      vggNet(
        "vgg = image -> vgg16 { conv1_1.pad: 100, without: [fc8] }",
        "score = vgg.fc7 -> conv(21, 1)",
        "output score",
      ),
    ).toEqual(["5:18 dense-size: `fc6` is a dense layer, which fits one size of image alone"]);
  });

  test("a layer that was left out", async () => {
    await expectErrors(
      vggNet(
        "vgg = image -> vgg16 { conv1_1.pad: 100, convolutionize: [fc6, fc7], without: [fc8] }",
        "score = vgg.fc8 -> conv(21, 1)",
        "output score",
      ),
    ).toEqual(["6:15 unknown-name: `fc8` is left out of this backbone"]);
  });

  test("lists that are none", async () => {
    await expectErrors(
      vggNet('vgg = image -> vgg16 { without: fc8, convolutionize: ["fc6", 7] }', "output vgg"),
    ).toEqual([
      "5:35 argument-type: `without` wants a list of layers, such as `[fc8]`",
      "5:57 argument-type: a layer's name is wanted here",
      "5:64 argument-type: a layer's name is wanted here",
    ]);
  });

  test("a suffix and new names of the wrong type", async () => {
    await expectErrors(
      vggNet(
        "vgg = image -> vgg16 { conv1_1.pad: 100, convolutionize: [fc6, fc7], without: [fc8], suffix: 3, rename: [a] }",
        "output vgg",
      ),
    ).toEqual([
      '5:96 argument-type: `suffix` wants letters, digits and underscores in quotes, such as `"hha"`, not the number 3',
      "5:107 argument-type: `rename` wants pairs such as `{ conv1_1: conv1_1_bgrd }`, not a list",
    ]);
  });

  test("a new name for an unknown layer", async () => {
    await expectErrors(
      vggNet(
        "vgg = image -> vgg16 { conv1_1.pad: 100, convolutionize: [fc6, fc7], without: [fc8], rename: { conv1_9: x } }",
        "output vgg",
      ),
    ).toEqual(["5:98 unknown-name: `vgg16` has no layer `conv1_9`"]);
  });

  test("a setting of the use twice", async () => {
    await expectErrors(
      vggNet(
        "vgg = image -> vgg16 { conv1_1.pad: 100, conv1_1.pad: 81, convolutionize: [fc6, fc7], without: [fc8] }",
        "output vgg",
      ),
    ).toEqual(["5:44 argument-twice: `conv1_1.pad` is given twice"]);
  });

  test("two uses with the same names", async () => {
    await expectErrors(
      vggNet(
        "vgg = image -> vgg16 { conv1_1.pad: 100, convolutionize: [fc6, fc7], without: [fc8] }",
        "other = image -> vgg16 { conv1_1.pad: 100, convolutionize: [fc6, fc7], without: [fc8] }",
        "both = sum(vgg, other)",
        "output both",
      ),
    ).toEqual(["6:20 name-twice: two layers are called `conv1_1`"]);
  });

  test("two uses, one with a suffix", async () => {
    await expectValid(
      vggNet(
        "vgg = image -> vgg16 { conv1_1.pad: 100, convolutionize: [fc6, fc7], without: [fc8] }",
        'other = image -> vgg16 { conv1_1.pad: 100, convolutionize: [fc6, fc7], without: [fc8], suffix: "_2" }',
        "both = sum(vgg, other)",
        "output both",
      ),
    );
  });

  test("a suffix that runs into another name", async () => {
    await expectErrors(
      vggNet(
        "vgg = image -> vgg16 { conv1_1.pad: 100, convolutionize: [fc6, fc7], without: [fc8] }",
        "fc7_2 = vgg.fc7 -> conv(8, 1)",
        'other = image -> vgg16 { conv1_1.pad: 100, convolutionize: [fc6, fc7], without: [fc8], suffix: "_2" }',
        "both = concat(fc7_2, other)",
        "output both",
      ),
    ).toEqual(["7:20 name-twice: two layers are called `fc7_2`"]);
  });

  test("channels in another order", async () => {
    await expectErrors(
      spec(
        'import vgg16 from "fcnc/backbones/vgg16.fcn"',
        "net n {",
        "  input image: rgb[H, W, 3]",
        "  vgg = image -> vgg16 { conv1_1.pad: 100, convolutionize: [fc6, fc7], without: [fc8] }",
        "  output vgg",
        "}",
      ),
    ).toEqual(["5:18 input-format: `vgg16` sees `bgr`, and is fed with `rgb`"]);
  });

  test("arguments of a backbone", async () => {
    await expectErrors(
      vggNet(
        "vgg = image -> vgg16(widht: 32) { conv1_1.pad: 100, convolutionize: [fc6, fc7], without: [fc8] }",
        "other = image -> vgg16(3, 4, 5)",
        "output vgg",
      ),
    ).toEqual([
      "5:24 unknown-argument: `vgg16` has no setting `widht`",
      "6:32 unknown-argument: `vgg16` has no place for the number 5",
    ]);
  });
});
