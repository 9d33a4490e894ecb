import { describe, test } from "vitest";
import { expectErrors, expectValid, net, spec } from "../checks/expect-errors.js";

describe("flows and what they carry", () => {
  test("nothing above the first line of a block", async () => {
    await expectErrors(spec("block step(x: node) {", "  a = conv(8, 3)", "}")).toEqual([
      "3:7 nothing-flows: nothing flows into `conv`",
    ]);
  });

  test("a sum of one", async () => {
    await expectErrors(net("a = image -> conv(8, 3, pad: 1)", "b = sum(a)", "output b")).toEqual([
      "5:7 nothing-flows: `sum` needs at least two inputs",
    ]);
  });

  test("a sum after an arrow", async () => {
    await expectErrors(
      net("a = image -> conv(8, 3, pad: 1)", "b = relu()", "c = image -> sum(a, b)", "output c"),
    ).toEqual(["6:16 nothing-flows: `sum` names all its inputs in its parentheses"]);
  });

  test("a sum of a layer and a number", async () => {
    await expectErrors(net("a = image -> conv(8, 3, pad: 1)", "b = sum(a, 3)", "output b")).toEqual([
      "5:14 not-a-layer: the number 3 stands where a layer is wanted",
    ]);
  });

  test("a sum of something unknown", async () => {
    await expectErrors(net("a = image -> conv(8, 3, pad: 1)", "b = sum(a, c)", "output b")).toEqual([
      "5:14 unknown-name: nothing here is called `c`",
    ]);
  });

  test("data in the parentheses of a layer", async () => {
    await expectErrors(net("a = conv(image, 8, 3)", "output a")).toEqual([
      "4:12 not-a-layer: data flows into `conv` through `->`, not through its parentheses",
    ]);
  });

  test("a crop to nothing", async () => {
    await expectErrors(net("a = image -> conv(8, 3, pad: 1)", "b = crop()", "output b")).toEqual([
      "5:7 nothing-flows: `crop` does not say which map it crops to",
    ]);
  });

  test("a crop to something unknown", async () => {
    await expectErrors(net("a = image -> conv(8, 3, pad: 1)", "b = crop(to: imag)", "output b")).toEqual([
      "5:16 unknown-name: nothing here is called `imag`",
    ]);
  });

  test("two layers with weights in one flow", async () => {
    await expectErrors(net("a = image -> conv(8, 3) -> relu -> conv(8, 3)", "output a")).toEqual([
      "4:38 two-weights: `a` cannot be the weight key of two layers",
    ]);
  });

  test("one layer with weights among others", async () => {
    await expectValid(net("a = image -> conv(8, 3) -> relu -> dropout(0.5) -> maxpool(2) -> upsample(2x)", "output a"));
  });

  test("two blocks in one flow", async () => {
    await expectErrors(
      spec(
        "block b(x: node) {",
        "  y = x -> conv(8, 3)",
        "}",
        "net n {",
        "  input image: rgb[H, W, 3]",
        "  a = image -> b -> b",
        "  output a",
        "}",
      ),
    ).toEqual(["7:21 two-weights: `a` cannot be the weight key of two layers"]);
  });

  test("a layer with settings in braces", async () => {
    await expectErrors(net("a = image -> conv { channels: 8, kernel: 3 }", "output a")).toEqual([
      "4:21 unknown-argument: `conv` takes its settings in parentheses, not in braces",
    ]);
  });

  test("channels that cannot be added", async () => {
    await expectErrors(net("a = image -> conv(8, 3)", "b = image -> conv(9, 3)", "c = sum(a, b)", "output c")).toEqual([
      "6:7 layer-settings: maps of 8 and of 9 channels cannot be added",
    ]);
  });

  test("weights of another number than the maps", async () => {
    await expectErrors(net("a = image -> conv(8, 3)", "b = sum(a, a, weights: [1, 2, 3])", "output b")).toEqual([
      "5:26 layer-settings: 3 weights do not fit 2 maps",
    ]);
  });

  test("groups that do not divide", async () => {
    await expectErrors(
      net("a = image -> conv(8, 3, groups: 2)", "b = image -> conv(7, 3, groups: 3)", "c = concat(a, b)", "output c"),
    ).toEqual([
      "4:35 layer-settings: 3 input channels do not fall into 2 groups",
      "5:35 layer-settings: 7 channels do not fall into 3 groups",
    ]);
  });

  test("a pooling window in the padding", async () => {
    await expectErrors(net("a = image -> maxpool(2, pad: 5)", "output a")).toEqual([
      "4:32 layer-settings: a pooling window would lie wholly in the padding",
    ]);
  });
});
