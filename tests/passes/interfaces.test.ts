import { describe, test } from "vitest";
import { expectErrors, expectValid, net, spec } from "../checks/expect-errors.js";

describe("inputs and outputs", () => {
  test("a format that is misspelt", async () => {
    await expectErrors(
      spec("net n {", "  input image: rbg[H, W, 3]", "  a = image -> conv(8, 3)", "  output a", "}"),
    ).toEqual(["3:16 argument-type: there is no input format `rbg`"]);
  });

  test("channels of another number than the format's", async () => {
    await expectErrors(
      spec(
        "net n {",
        "  input image: rgb[H, W, 4]",
        "  input depth: gray[H, W, 3]",
        "  a = image -> conv(8, 3)",
        "  output a",
        "}",
      ),
    ).toEqual(["3:26 argument-type: `rgb` has 3 channels, not 4", "4:27 argument-type: `gray` has 1 channel, not 3"]);
  });

  test("sides that are none", async () => {
    await expectErrors(
      spec(
        "net n {",
        "  input a: rgb[0, W, 3]",
        '  input b: rgb[H, "W", 3]',
        "  input c: rgb[H, W]",
        "  input d: raw[H, W, 1.5]",
        "  input e: raw[100000, W, 1]",
        "  x = a -> conv(8, 3)",
        "  output x",
        "}",
      ),
    ).toEqual([
      "3:16 argument-type: a side is a name such as `H`, or from 1 to 65536 pixels, not the number 0",
      '4:19 argument-type: a side is a name such as `H`, or from 1 to 65536 pixels, not the string "W"',
      "5:3 argument-type: an input has a height, a width and channels",
      "6:22 argument-type: the number of channels is a whole number from 1 to 1,048,576",
      "7:16 argument-type: a side is a name such as `H`, or from 1 to 65536 pixels, not the number 100000",
    ]);
  });

  test("settings that are misspelt or of another type", async () => {
    await expectErrors(
      spec(
        "net n {",
        '  input image: rgb[H, W, 3] { men: [1, 2, 3], scale: "x", log: 3, were: [H >= 3] }',
        "  a = image -> conv(8, 3)",
        "  output a",
        "}",
      ),
    ).toEqual([
      "3:31 unknown-argument: an input has no setting `men`",
      "3:54 argument-type: `scale` wants one number, or one for each of the 3 channels in the net's order",
      "3:64 argument-type: `log` wants `true` or `false`, not the number 3",
      "3:67 unknown-argument: an input has no setting `were`",
    ]);
  });

  test("means that do not fit the channels", async () => {
    await expectErrors(
      spec(
        "net n {",
        "  input image: rgb[H, W, 3] { mean: [1, 2] }",
        "  input depth: gray[H, W, 1] { mean: [1, 2] }",
        "  a = image -> conv(8, 3)",
        "  b = depth -> conv(8, 3)",
        "  c = sum(a, b)",
        "  output c",
        "}",
      ),
    ).toEqual([
      "3:37 argument-type: `mean` wants one number, or one for each of the 3 channels in the net's order",
      "4:38 argument-type: `mean` wants one number, not a list",
    ]);
  });

  test("one mean for all channels", async () => {
    await expectValid(
      spec(
        "net n {",
        "  input image: rgb[H, W, 3] { mean: 127.5, scale: 0.0078 }",
        "  a = image -> conv(8, 3)",
        "  output a",
        "}",
      ),
    );
  });

  test("no input and no output", async () => {
    await expectErrors(spec("net n {", "}")).toEqual([
      "2:5 structure: `n` has no input",
      "2:5 structure: `n` has no output",
    ]);
  });

  test("an output twice", async () => {
    await expectErrors(net("a = image -> conv(8, 3, pad: 1)", "output a", "output a")).toEqual([
      "6:10 structure: `a` is an output already",
    ]);
  });

  test("settings of an output", async () => {
    await expectErrors(
      net("a = image -> conv(21, 3)", 'output a { labls: "voc.labels", ignore: 999, labels: voc }'),
    ).toEqual([
      "5:14 unknown-argument: an output has no setting `labls`",
      "5:43 argument-type: `ignore` wants a label from 0 to 255, not the number 999",
      "5:56 argument-type: `labels` wants the name of a file in quotes, not `voc`",
    ]);
  });

  test("a label file that is misspelt", async () => {
    await expectErrors(net("a = image -> conv(21, 3)", 'output a { labels: "vok.labels" }')).toEqual([
      '5:22 label-file: there is no label file "vok.labels"',
    ]);
  });

  test("a label file of an output that is unknown", async () => {
    await expectErrors(net("a = image -> convv(21, 3)", 'output a { labels: "vok.labels" }')).toEqual([
      "4:16 unknown-layer: there is no layer `convv`",
      '5:22 label-file: there is no label file "vok.labels"',
    ]);
  });

  test("a label file with faults", async () => {
    await expectErrors(net("a = image -> conv(2, 3)", 'output a { labels: "my.labels" }'), {
      "my.labels": "sky #00f\nsea\n",
    }).toEqual([
      "my.labels:1:1 label-file: `#00f` is not a colour",
      "my.labels:2:1 label-file: there is no colour after `sea`",
    ]);
  });

  test("two inputs and two outputs", async () => {
    await expectValid(
      spec(
        "net n {",
        "  input color: rgb[H, W, 3]",
        "  input depth: raw[H, W, 1] { log: true, mean: 7.844 }",
        "  a = color -> conv(8, 3)",
        "  b = depth -> conv(8, 3)",
        "  fuse = sum(a, b, weights: [0.5, 0.5])",
        "  semantic = fuse -> conv(33, 1)",
        "  geometric = fuse -> conv(3, 1)",
        "  output semantic",
        "  output geometric",
        "}",
      ),
    );
  });

  test("an input that is not used", async () => {
    await expectErrors(
      spec(
        "net n {",
        "  input color: rgb[H, W, 3]",
        "  input depth: raw[H, W, 1]",
        "  a = color -> conv(8, 3)",
        "  output a",
        "}",
      ),
    ).toEqual(["4:3 unused-layer: `depth` reaches no output and is left out"]);
  });
});
