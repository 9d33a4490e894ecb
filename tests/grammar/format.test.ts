import fc from "fast-check";
import * as prettier from "prettier";
import { describe, expect, test } from "vitest";
import { printer } from "../../grammar/doc.js";
import { format } from "../../grammar/format.js";
import { parse } from "../../grammar/parse.js";
import * as plugin from "../../grammar/prettier.js";
import { printFile } from "../../grammar/printer.js";
import { file } from "./arbitraries.js";
import { examples, staged } from "./language-examples.js";
import { shape } from "./trees.js";

function formatted(text: string, width?: number): string {
  const result = format(text, width === undefined ? {} : { width });
  if ("diagnostics" in result) throw new Error(result.diagnostics.map((fault) => fault.message).join("\n"));
  return result.text;
}

const pairs: readonly [what: string, written: string, style: string][] = [
  ["names a run of layers in columns", "a=relu()\nlonger = relu()", "a      = relu()\nlonger = relu()"],
  ["a blank line ends a run", "a=relu()\n\n\n\nlonger = relu()", "a = relu()\n\nlonger = relu()"],
  ["a comment line ends a run", "a=relu()\n// b\nlonger=relu()", "a = relu()\n// b\nlonger = relu()"],
  ["far names are not aligned", "a=b\nabcdefghijklmn=b", "a = b\nabcdefghijklmn = b"],
  ["short settings stay on their line", "output a {x:1,y:  [2,3],}", "output a { x: 1, y: [2, 3] }"],
  ["broken settings stay broken", "output a {\nx:1,y:2}", "output a {\n  x: 1\n  y: 2\n}"],
  ["spellings stay", "let a:1_000\nlet b: 1e-4", "let a: 1_000\nlet b: 1e-4"],
  ["comments at the end of a line stay there", "a=b   //   c\n// d", "a = b //   c\n// d"],
  ["comments between arguments", "a=f(1, // one\n2)", "a = f(\n  1, // one\n  2,\n)"],
  ["comments in a flow", "a=b // c\n->d //e\n-> f", "a = b // c\n  -> d //e\n  -> f"],
  ["a comment after a brace moves below it", "output a { // b\nc: 1}", "output a {\n  // b\n  c: 1\n}"],
  ["comments alone in brackets", "a = f(// b\n)", "a = f(\n  // b\n)"],
  ["a section keeps its blank lines", "// one\n\na=b\n\n// two\nc=d", "// one\n\na = b\n\n// two\nc = d"],
  ["documentation", "///a\n/// b\na=b", "///a\n/// b\na = b".replace("///a", "/// a")],
  ["parentheses that mean nothing go", "let a: (1) + ((2 * 3))", "let a: 1 + (2 * 3)"],
];

describe("format", () => {
  test.each(pairs)("%s", (_, written, style) => {
    const wrap = (lines: string): string => `fcn 1\n\nnet n {\n${lines.replace(/^(?=.)/gm, "  ")}\n}\n`;
    expect(formatted(wrap(written))).toBe(wrap(style));
  });

  test("long flows break before their arrows", () => {
    const call = "conv(classes, 1, init: zero, pad: 100)";
    const text = `fcn 1\nnet n { a = vgg.fc7 -> ${call} -> ${call} -> ${call} { x: 1\n } }`;
    expect(formatted(text)).toBe(`fcn 1

net n {
  a = vgg.fc7
    -> ${call}
    -> ${call}
    -> ${call} { x: 1 }
}
`);
  });

  test("the last settings of a flow break by themselves", () => {
    const text = "fcn 1\nnet n { vgg = image -> vgg16 {\nconv1_1.pad: 100\n} }";
    expect(formatted(text)).toBe("fcn 1\n\nnet n {\n  vgg = image -> vgg16 {\n    conv1_1.pad: 100\n  }\n}\n");
  });

  test("declarations stand apart, imports need not", () => {
    const text =
      'fcn 1 // e\nimport a from "x"\nimport b from "y"\nnet n{}\ntrain n{a:1}target web for n // end\n// last';
    expect(formatted(text)).toBe(
      'fcn 1 // e\n\nimport a from "x"\nimport b from "y"\n\nnet n {}\n\ntrain n {\n  a: 1\n}\n\ntarget web for n // end\n// last\n',
    );
  });

  test("a recipe's name and a target's hyphens", () => {
    expect(formatted("fcn 1\ntrain n  as b{}target tfjs - node for n")).toBe(
      "fcn 1\n\ntrain n as b {}\n\ntarget tfjs-node for n\n",
    );
  });

  test("long lists of numbers fill their lines", () => {
    const numbers = Array.from({ length: 60 }, (_, i) => i * 1000).join(", ");
    const lines = formatted(`fcn 1\ntrain n { palette: [${numbers}] }`).split("\n");
    expect(lines.length).toBeLessThan(14);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(100);
  });

  test("a file with faults is left alone", () => {
    expect(format("fcn 1\nnet n {\n  a =\n}\n")).toMatchObject({ diagnostics: [{ code: "syntax" }] });
  });

  test("line ends stay what they are, a byte order mark goes", () => {
    expect(formatted("\uFEFFfcn 1\r\nnet n{}\r\n")).toBe("fcn 1\r\n\r\nnet n {}\r\n");
  });

  test.each(examples.map((text) => [text]))("an example keeps its tree, and is formatted once", (text) => {
    const once = formatted(text);
    expect(formatted(once)).toBe(once);
    expect(shape(parse(once, "").tree)).toEqual(shape(parse(text, "").tree));
  });
});

describe("the Prettier plugin", () => {
  test("prints as format does", async () => {
    expect(await prettier.format(staged, { parser: "fcn", plugins: [plugin] })).toBe(formatted(staged));
    expect(await prettier.check(formatted(staged), { filepath: "a.fcn", plugins: [plugin] })).toBe(true);
  });

  test("refuses a broken file with its place", async () => {
    const broken = prettier.format("fcn 1\nnet n {\n  a =\n}\n", { parser: "fcn", plugins: [plugin] });
    await expect(broken).rejects.toMatchObject({ name: "SyntaxError", loc: { start: { line: 3, column: 5 } } });
  });
});

describe("any tree", () => {
  test("printed, parses to itself, at any width", () => {
    fc.assert(
      fc.property(file, fc.constantFrom(1, 40, 100), (tree, printWidth) => {
        const { formatted: text } = printer.printDocToString(printFile(tree), { printWidth, tabWidth: 2 });
        const again = parse(text, "");
        expect(again.diagnostics.map((fault) => fault.message)).toEqual([]);
        expect(shape(again.tree)).toEqual(shape(tree));
        expect(formatted(text, printWidth)).toBe(text);
      }),
      { numRuns: 250 },
    );
  });
});
