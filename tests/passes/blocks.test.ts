import { describe, test } from "vitest";
import { expectErrors, expectValid, spec } from "../checks/expect-errors.js";

describe("blocks and their parameters", () => {
  test("parameters of every type", async () => {
    await expectValid(
      spec(
        "block b(x: node, i: int, n: number, t: bool, s: string, w: word, f: factor, e: extent, l: list) {",
        "  y = x -> conv(i, e, bias: t) -> dropout(n) -> maxpool(2, round: w) -> upsample(f)",
        "  z = sum(y, y, weights: l)",
        "}",
        "net n {",
        "  input image: rgb[H, W, 3]",
        '  a = b(image, 8, 0.5, true, "s", floor, 2x, 3x3, [1, 2])',
        "  output a",
        "}",
      ),
    );
  });

  test("a value of another type for each", async () => {
    await expectErrors(
      spec(
        "block b(x: node, i: int, n: number, t: bool, s: string, w: word, f: factor, e: extent, l: list) {",
        "  y = x -> relu",
        "}",
        "net n {",
        "  input image: rgb[H, W, 3]",
        '  a = b(3, 1.5, "x", 3, floor, "q", 2, 3, 4)',
        "  output a",
        "}",
      ),
    ).toEqual([
      "7:9 argument-type: `x` wants a layer, not the number 3",
      "7:12 argument-type: `i` wants a whole number, not the number 1.5",
      '7:17 argument-type: `n` wants a number, not the string "x"',
      "7:22 argument-type: `t` wants `true` or `false`, not the number 3",
      '7:25 argument-type: `s` wants a string, such as `"hha"`, not `floor`',
      '7:32 argument-type: `w` wants a word, such as `floor`, not the string "q"',
      "7:37 argument-type: `f` wants a factor, such as `2x`, not the number 2",
      "7:40 argument-type: `e` wants a height by a width, such as `3x5`, not the number 3",
      "7:43 argument-type: `l` wants a list, such as `[5, 9]`, not the number 4",
    ]);
  });

  test("parameters that are missing", async () => {
    await expectErrors(
      spec(
        "block b(x: node, i: int, n: number) {",
        "  y = x -> conv(i, 3)",
        "}",
        "net n {",
        "  input image: rgb[H, W, 3]",
        "  a = b(image)",
        "  output a",
        "}",
      ),
    ).toEqual(["7:7 missing-argument: `b` needs `i` and `n`"]);
  });

  test("a type that is misspelt", async () => {
    await expectErrors(spec("block b(x: nod, i: integer, f: float) {", "  y = image -> conv(8, 3)", "}")).toEqual([
      "2:12 argument-type: there is no parameter type `nod`",
      "2:20 argument-type: there is no parameter type `integer`",
      "2:32 argument-type: there is no parameter type `float`",
      "3:7 unknown-name: nothing here is called `image`",
    ]);
  });

  test("a parameter twice, and defaults of another type", async () => {
    await expectErrors(
      spec('block b(x: node, a: int = 1, a: int = 2, c: int = "x", d: int = 2 * a) {', "  y = x -> conv(d, 3)", "}"),
    ).toEqual([
      "2:30 name-twice: `a` is defined twice",
      '2:51 argument-type: `c` is declared as a whole number, and its default is the string "x"',
    ]);
  });

  test("a parameter of a net without a default", async () => {
    await expectErrors(
      spec(
        "net n(classes: int) {",
        "  input image: rgb[H, W, 3]",
        "  score = image -> conv(classes, 3)",
        "  output score",
        "}",
      ),
    ).toEqual(["2:5 missing-argument: `n` needs `classes`"]);
  });

  test("`auto` reaches what has no default", async () => {
    await expectErrors(
      spec(
        "block b(x: node, k: int = auto, p: int = auto) {",
        "  y = x -> conv(8, k, pad: p)",
        "}",
        "net n {",
        "  input image: rgb[H, W, 3]",
        "  a = b(image)",
        "  output a",
        "}",
      ),
    ).toEqual(["3:20 argument-type: `kernel` of `conv` has no default that `auto` could stand for"]);
  });

  test("`auto` for an offset and a padding", async () => {
    await expectValid(
      spec(
        "block b(x: node, y: node, p: int = auto, o: int = auto) {",
        "  a = x -> conv(8, 3, pad: p)",
        "  c = y -> conv(8, 3, pad: 2)",
        "  z = sum(a, c, crop: o)",
        "}",
        "net n {",
        "  input image: rgb[H, W, 3]",
        "  a = b(image, image)",
        "  output a",
        "}",
      ),
    );
  });

  test("a block that uses itself", async () => {
    await expectErrors(
      spec(
        "block b(x: node) {",
        "  y = b(x)",
        "}",
        "net n {",
        "  input image: rgb[H, W, 3]",
        "  a = b(image)",
        "  output a",
        "}",
      ),
    ).toEqual(["3:7 recursion: `b` uses itself"]);
  });

  test("a circle of three blocks is one fault", async () => {
    await expectErrors(
      spec(
        "block a(x: node) {",
        "  y = b(x)",
        "}",
        "block b(x: node) {",
        "  y = c(x)",
        "}",
        "block c(x: node) {",
        "  y = a(x)",
        "}",
        "net n {",
        "  input image: rgb[H, W, 3]",
        "  z = c(image)",
        "  output z",
        "}",
      ),
    ).toEqual(["9:7 recursion: `a` uses itself through `b` and `c`"]);
  });

  test("a block that gives nothing back", async () => {
    await expectErrors(
      spec("block b(x: node) {", "}", "net n {", "  input image: rgb[H, W, 3]", "  a = b(image)", "  output a", "}"),
    ).toEqual(["2:7 structure: `b` gives nothing back"]);
  });

  test("a net within a net", async () => {
    await expectErrors(
      spec(
        "net m {",
        "  input image: rgb[H, W, 3]",
        "  output image",
        "}",
        "net n {",
        "  input image: rgb[H, W, 3]",
        "  b = image -> m",
        "  output b",
        "}",
      ),
    ).toEqual(["8:16 structure: `m` is a net, and nets cannot be used in one another"]);
  });

  test("members where they have no meaning", async () => {
    await expectErrors(
      spec(
        "backbone b {",
        "  input image: rgb[32, 32, 3]",
        "  a = image -> conv(8, 3)",
        "  output a",
        "}",
        "block c(x: node) {",
        "  input y: rgb[3, 3, 3]",
        "  z = x -> relu",
        "  output z",
        "}",
        "net n {",
        "  input image: rgb[H, W, 3]",
        "  a = image -> conv(8, 3)",
        "  return a",
        "}",
      ),
    ).toEqual([
      "5:3 structure: `output` belongs to a net",
      "8:3 structure: a block has no input",
      "10:3 structure: `output` belongs to a net",
      "15:3 structure: a net returns nothing",
    ]);
  });

  test("too many maps", async () => {
    await expectErrors(
      spec(
        "block b(x: node) {",
        "  y = x -> relu",
        "}",
        "net n {",
        "  input image: rgb[H, W, 3]",
        "  a = image -> b(image)",
        "  output a",
        "}",
      ),
    ).toEqual(["7:16 nothing-flows: `b` has no place for what flows into it"]);
  });

  test("a block deep in others", async () => {
    await expectValid(
      spec(
        "block a(x: node) {",
        "  y = x -> conv(8, 3, pad: 1)",
        "}",
        "block b(x: node) {",
        "  y = a(x)",
        "  z = a(y.y)",
        "}",
        "net n {",
        "  input image: rgb[H, W, 3]",
        "  c = b(image)",
        "  d = sum(c.y, c.z)",
        "  output d",
        "}",
      ),
    );
  });
});
