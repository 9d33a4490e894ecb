import { describe, test } from "vitest";
import { expectErrors, net, spec, vggNet } from "../checks/expect-errors.js";

describe("names of values and layers", () => {
  test("a layer kind that is misspelt", async () => {
    await expectErrors(net("a = image -> convv(8, 3)", "output a")).toEqual([
      "4:16 unknown-layer: there is no layer `convv`",
    ]);
  });

  test("a layer kind like no other", async () => {
    await expectErrors(net("a = image -> frobnicate(8, 3)", "output a")).toEqual([
      "4:16 unknown-layer: there is no layer `frobnicate`",
    ]);
  });

  test("a value that is misspelt", async () => {
    await expectErrors(net("a = imag -> conv(8, 3)", "output a")).toEqual([
      "4:7 unknown-name: nothing here is called `imag`",
    ]);
  });

  test("a value that is used above its line", async () => {
    await expectErrors(net("b = a -> relu", "a = image -> conv(8, 3)", "output b")).toEqual([
      "4:7 unknown-name: nothing here is called `a`",
    ]);
  });

  test("an output that is misspelt", async () => {
    await expectErrors(net("score = image -> conv(8, 3)", "output scor")).toEqual([
      "5:10 unknown-name: nothing here is called `scor`",
    ]);
  });

  test("a tap of a backbone that is misspelt", async () => {
    await expectErrors(
      vggNet(
        "vgg = image -> vgg16 { conv1_1.pad: 100, convolutionize: [fc6, fc7], without: [fc8] }",
        "score = vgg.pol4 -> conv(21, 1)",
        "output score",
      ),
    ).toEqual(["6:15 unknown-name: `vgg` has no layer `pol4`"]);
  });

  test("a dot after what has no layers", async () => {
    await expectErrors(net("a = image -> conv(8, 3, pad: 1)", "b = a.c -> relu", "output b")).toEqual([
      "5:9 unknown-name: `c` cannot be reached: what stands before the dot has no layers in it",
    ]);
  });

  test("a layer kind at the head of a flow", async () => {
    await expectErrors(net("x = relu", "output x")).toEqual([
      "4:7 not-a-layer: `relu` is a layer, and a value is wanted here",
    ]);
  });

  test("a value after an arrow", async () => {
    await expectErrors(net("a = image -> conv(8, 3, pad: 1)", "b = a -> image", "output b")).toEqual([
      "5:12 not-a-layer: `image` is a value, and a layer is wanted after `->`",
    ]);
  });

  test("a number that flows", async () => {
    await expectErrors(net("let k: 3", "a = k -> relu", "output a")).toEqual([
      "5:7 not-a-layer: the number 3 cannot flow: a layer is wanted here",
    ]);
  });

  test("a name twice", async () => {
    await expectErrors(net("a = image -> conv(8, 3, pad: 1)", "a = conv(8, 3, pad: 1)", "output a")).toEqual([
      "5:3 name-twice: `a` is defined twice",
    ]);
  });

  test("a line whose name is taken is read all the same", async () => {
    await expectErrors(
      net("a = image -> conv(8, 3, pad: 1)", "a = convv(8, 3)", "b = a -> relu(3)", "output b"),
    ).toEqual([
      "5:3 name-twice: `a` is defined twice",
      "5:7 unknown-layer: there is no layer `convv`",
      "6:17 unknown-argument: `relu` has no place for the number 3",
    ]);
  });

  test("an input and a layer of one name", async () => {
    await expectErrors(net("image = conv(8, 3)", "output image")).toEqual(["4:3 name-twice: `image` is defined twice"]);
  });

  test("a constant and a layer of one name", async () => {
    await expectErrors(net("let a: 3", "a = image -> conv(8, 3, pad: 1)", "output a")).toEqual([
      "5:3 name-twice: `a` is defined twice",
    ]);
  });

  test("two nets of one name", async () => {
    await expectErrors(
      spec(
        "net n {",
        "  input image: rgb[H, W, 3]",
        "  output image",
        "}",
        "net n {",
        "  input image: rgb[H, W, 3]",
        "  output image",
        "}",
      ),
    ).toEqual(["6:5 name-twice: `n` stands for two things"]);
  });

  test("what follows from an unknown name is silent", async () => {
    await expectErrors(
      net(
        "a = imag -> conv(8, 3)",
        "b = a -> maxpool(2)",
        "c = sum(a, b)",
        "d = crop(to: a)",
        "output d",
        "expect rf(d) == 3",
        "expect offset(d) == 3",
      ),
    ).toEqual(["4:7 unknown-name: nothing here is called `imag`"]);
  });
});
