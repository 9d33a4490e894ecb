/** A fault spoils the member in which it stands, gives one message, and loses nothing after it. */
import { describe, expect, test } from "vitest";
import { parse } from "../../grammar/parse.js";
import type { File } from "../../grammar/tree.js";
import { membersOf } from "./trees.js";

const around = (line: string): string => `fcn 1

net n {
  input image: rgb[H, W, 3]
  a = conv(64, 3)
  ${line}
  c = conv(64, 3) -> relu
  tap c at stride 8
  output c
}

block m(x: node) {
  return x
}
`;

/** The members by kind and name, in order; broken ones with what is left of them. */
const outline = (tree: File): string =>
  membersOf(tree)
    .map((member) => ("name" in member && member.name !== null ? `${member.kind}:${member.name.text}` : member.kind))
    .join(" ");

const halfTyped: readonly [line: string, left: string][] = [
  ["b =", "broken:b"],
  ["b = a ->", "broken:b"],
  ["b = a -> relu ->", "broken:b"],
  ["b = conv(", "broken:b"],
  ["b = conv(64,", "broken:b"],
  ["b = conv(64, pad:", "broken:b"],
  ["b = conv(f(64), [1, 2", "broken:b"],
  ["b = vgg16 {", "broken:b"],
  ["b = vgg16 { conv1_1.pad:", "broken:b"],
  ["b = vgg16 { a: [1", "broken:b"],
  ["b = vgg.", "broken:b"],
  ['b = f("abc', "broken:b"],
  ["b = conv(64]", "broken:b"],
  ["b = conv 64", "broken:b"],
  ["b", "broken"],
  ["tap", "broken"],
  ["tap c at", "broken"],
  ["tap c at stride", "broken"],
  ["output", "broken"],
  ["output c {", "broken"],
  ["input", "broken"],
  ["input x", "broken:x"],
  ["input x:", "broken:x"],
  ["input x: rgb", "broken:x"],
  ["input x: rgb[", "broken:x"],
  ["let", "broken"],
  ["let w", "broken:w"],
  ["let w:", "broken:w"],
  ["let w: 3 *", "broken:w"],
  ["expect", "broken"],
  ["expect H mod", "broken"],
  ["expect rf(c", "broken"],
  ["return", "broken"],
  ["->", "broken"],
  ["=", "broken"],
  ["inpt x: rgb[H, W, 3]", "broken:x"],
  ["net", "broken"],
  ["b = \u00e9", "broken:b"],
];

describe("half-typed lines", () => {
  test.each(halfTyped)("%s", (line, left) => {
    const { tree, diagnostics } = parse(around(line), "t");
    expect(diagnostics.map((fault) => fault.message)).toHaveLength(1);
    expect(outline(tree)).toBe(`input:image layer:a ${left} layer:c tap output return`);
    expect(tree.declarations.map((each) => each.kind)).toEqual(["net", "block"]);
  });

  test("a missing brace loses no declaration", () => {
    const text = around("").replace("output c\n}", "output c");
    const { tree, diagnostics } = parse(text, "t");
    expect(diagnostics).toHaveLength(1);
    expect(outline(tree)).toBe("input:image layer:a layer:c tap output return");
    const headless = parse(around("").replace("net n {", "net n"), "t");
    expect(headless.diagnostics).toHaveLength(1);
    expect(outline(headless.tree)).toBe("input:image layer:a layer:c tap output return");
  });

  test("a brace too many closes the net once", () => {
    const { tree, diagnostics } = parse(around("}"), "t");
    expect(diagnostics).toHaveLength(1);
    expect(outline(tree)).toBe("input:image layer:a layer:c tap output return");
  });

  test("a fault in a head loses the head alone", () => {
    const { tree, diagnostics } = parse(around("b =").replace("net n {", "net n(classes int) {"), "t");
    expect(diagnostics).toHaveLength(2);
    expect(tree.declarations.map((each) => each.kind)).toEqual(["broken", "block"]);
    const open = parse(around("").replace("net n {", "net n(classes: int {"), "t");
    expect(open.diagnostics.map((fault) => fault.message)).toEqual(["`(` is never closed"]);
    expect(open.tree.declarations.map((each) => each.kind)).toEqual(["broken", "block"]);
  });

  test("a recipe keeps its other settings", () => {
    const text = `fcn 1
train n {
  init x
  loss:
  data: sbdd(
  rate: 1
  bias: { rate: 2x }
  a.b.c: 4
}
target web for n
`;
    const { tree, diagnostics } = parse(text, "t");
    expect(diagnostics).toHaveLength(3);
    const recipe = tree.declarations[0];
    if (recipe?.kind !== "train") throw new Error("no recipe");
    const keys = recipe.settings.entries.map((entry) => entry.key.parts.map((part) => part.text).join("."));
    expect(keys).toEqual(["bias", "a.b.c"]);
    expect(tree.declarations[1]?.kind).toBe("target");
  });

  test("a recipe's and a target's head show that a brace above them is missing", () => {
    const text = "fcn 1\ntrain n {\n  a: 1\ntrain n as b {\n  c: 1\ntarget tfjs-node for n\n";
    const { tree, diagnostics } = parse(text, "t");
    expect(diagnostics.map(({ message }) => message)).toEqual(["`{` is never closed", "`{` is never closed"]);
    const heads = tree.declarations.map((each) =>
      each.kind === "train" ? (each.recipe?.text ?? null) : each.kind === "target" ? each.target.text : each.kind,
    );
    expect(heads).toEqual([null, "b", "tfjs-node"]);
  });

  test("a broken import leaves its names", () => {
    const { tree } = parse('fcn 1\nimport a, b as c, d form "x.fcn"\n', "t");
    const names = tree.declarations.map((each) => (each.kind === "broken" ? each.name?.text : each.kind));
    expect(names).toEqual(["a", "c", "d", "form"]);
  });
});
