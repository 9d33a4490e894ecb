import { describe, expect, test } from "vitest";
import { parse } from "../../grammar/parse.js";
import { FcnParser } from "../../grammar/parser.js";
import type { LayerStatement, Member, Value } from "../../grammar/tree.js";
import { examples, staged } from "./language-examples.js";
import { membersOf, shape } from "./trees.js";

const inNet = (...lines: string[]): string => `fcn 1\nnet n {\n${lines.join("\n")}\n}\n`;

function member(line: string): Member {
  const { tree, diagnostics } = parse(inNet(line), "t");
  expect(diagnostics).toEqual([]);
  const found = membersOf(tree)[0];
  if (found === undefined) throw new Error("no member");
  return found;
}

function value(text: string): Value {
  const found = member(`let x: ${text}`);
  if (found.kind !== "let") throw new Error("not a constant");
  return found.value;
}

describe("the language", () => {
  test("the grammar is valid: one token of lookahead is enough", () => {
    expect(() => new FcnParser(true)).not.toThrow();
  });

  test.each(examples.map((text) => [text]))("every example parses", (text) => {
    expect(parse(text, "t").diagnostics).toEqual([]);
  });

  test("a staged net has its parts", () => {
    const { tree } = parse(staged, "t");
    expect(tree.edition?.number.value).toBe(1);
    expect(tree.declarations.map((each) => each.kind)).toEqual(["import", "net", "train", "target"]);
    const net = tree.declarations[1];
    if (net?.kind !== "net") throw new Error("no net");
    expect(net.documentation).toEqual(["FCN-16s: the pool4 stream is scored and fused before the last upsampling."]);
    expect(net.parameters?.map((each) => `${each.name.text}:${each.type.text}`)).toEqual(["classes:int"]);
    expect(net.members.map((each) => each.kind).join(" ")).toBe(
      "input layer layer layer layer layer layer layer layer output expect expect",
    );
  });

  test("a name heads a flow as a reference, a call heads it as a call", () => {
    const flow = (line: string) => (member(line) as LayerStatement).flow;
    expect(shape(flow("a = vgg.fc7 -> relu -> f(1)"))).toMatchObject({
      head: { parts: [{ text: "vgg" }, { text: "fc7" }] },
      calls: [
        { callee: { text: "relu" }, arguments: null },
        { callee: { text: "f" }, arguments: [{ name: null }] },
      ],
    });
    expect(flow("a = relu").head?.kind).toBe("reference");
    expect(flow("a = relu()")).toMatchObject({ head: null, calls: [{ arguments: [] }] });
    expect(flow("a = vgg16 { x: 1 }")).toMatchObject({ head: null, calls: [{ arguments: null, settings: {} }] });
  });

  test("arithmetic has the usual precedence and goes from left to right", () => {
    const written = (value: Value): string => {
      if (value.kind === "binary") return `(${written(value.left)}${value.operator}${written(value.right)})`;
      if (value.kind === "unary") return `-${written(value.operand)}`;
      if (value.kind === "number") return value.spelling;
      return value.kind === "reference" ? value.parts.map((part) => part.text).join(".") : value.kind;
    };
    expect(written(value("1 - 2 - 3"))).toBe("((1-2)-3)");
    expect(written(value("1 + 2 * 3 mod 4"))).toBe("(1+((2*3)mod4))");
    expect(written(value("(1 + 2) * -3"))).toBe("((1+2)*-3)");
    expect(written(value("a.b + 1 >= 2 / c"))).toBe("((a.b+1)>=(2/c))");
    expect(written(value("-(-3)"))).toBe("--3");
  });

  test("numbers keep their spelling", () => {
    expect(value("100_000")).toMatchObject({ kind: "number", value: 100000, spelling: "100_000" });
    expect(value("5e-4")).toMatchObject({ kind: "number", value: 0.0005, spelling: "5e-4" });
    expect(value("1.50")).toMatchObject({ kind: "number", value: 1.5, spelling: "1.50" });
    expect(value("16x")).toMatchObject({ kind: "factor", value: 16, spelling: "16x" });
    expect(value("3x5")).toMatchObject({ kind: "extent", height: 3, width: 5, spelling: "3x5" });
  });

  test("strings have escapes", () => {
    expect(value(String.raw`"a\"b\\c\n\t\u{1F600}"`)).toMatchObject({ kind: "string", value: 'a"b\\c\n\t\u{1F600}' });
    expect(value('"http://x // y"')).toMatchObject({ value: "http://x // y" });
  });

  test("spans are offsets into the text as it was given", () => {
    for (const text of [staged, `\uFEFF${staged}`, staged.replaceAll("\n", "\r\n")]) {
      const { tree, diagnostics } = parse(text, "voc.fcn");
      expect(diagnostics).toEqual([]);
      const vgg = membersOf(tree).find((each) => each.kind === "layer");
      expect(vgg?.span.file).toBe("voc.fcn");
      expect(text.slice(vgg?.span.start, vgg?.span.end)).toMatch(/^vgg = image -> vgg16 \{[^]*\}$/);
      const reference = membersOf(tree).find((each) => each.kind === "output");
      expect(text.slice(reference?.span.start, reference?.span.end)).toBe(
        'output score { labels: "voc.labels", ignore: 255 }',
      );
    }
  });

  test("line breaks mean nothing", () => {
    const words = staged.replace(/\/\/.*/g, "");
    const flat = words.replace(/\s+/g, " ");
    expect(parse(flat, "t").diagnostics).toEqual([]);
    const tall = words.replace(/("[^"]*")|[^\S\n]+/g, (_, string: string | undefined) => string ?? "\n");
    expect(parse(tall.replace(/^fcn\n1/, "fcn 1"), "t").diagnostics).toEqual([]);
    expect(shape(parse(flat, "t").tree)).toEqual(shape(parse(words, "t").tree));
  });
});
