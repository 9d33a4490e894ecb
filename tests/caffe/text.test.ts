/** Protobuf's text format: every form that its specification has, and every place where it is none. */
import { describe, expect, test } from "vitest";
import { CaffeFault } from "../../src/caffe/fault.js";
import type { Message, Value } from "../../src/caffe/message.js";
import { parseText, TEXT_LIMITS } from "../../src/caffe/text.js";
import { Sources } from "../../src/diagnostics/sources.js";

const parse = (text: string, limits = TEXT_LIMITS): Message => parseText(text, "net.prototxt", new Sources(), limits);

/** Fields as `[name, value]`, messages likewise. */
function plain(value: Value): unknown {
  if (typeof value !== "object") return value;
  if (value.kind === "identifier") return { word: value.name };
  return value.fields.map((field) => [field.name, plain(field.value)]);
}

const fault = (text: string, limits = TEXT_LIMITS): { message: string; at: string } => {
  try {
    parse(text, limits);
  } catch (error) {
    if (!(error instanceof CaffeFault)) throw error;
    const span = error.diagnostic.primary?.span;
    return { message: error.diagnostic.message, at: text.slice(span?.start, span?.end) };
  }
  throw new Error("it was read without a fault");
};

describe("what is read", () => {
  test.each([
    [
      "numbers",
      "a: 1 b: -2 c: 0x1F d: 017 e: .5 f: 1. g: 1e-10 h: 1.5f i: 2F j: - 3",
      [1, -2, 31, 15, 0.5, 1, 1e-10, 1.5, 2, -3],
    ],
    ["infinity and no number", "a: inf b: -Infinity c: nan", [Infinity, -Infinity, NaN]],
    ["words", "a: true b: false c: MAX d: t", [true, false, { word: "MAX" }, { word: "t" }]],
    ["strings", `a: "x" b: 'y"z' c: "p" 'q' "r" d: ""`, ["x", 'y"z', "pqr", ""]],
    [
      "escapes",
      String.raw`a: "\n\t\\\"\'\101\x41\u00e9\U0001F600\?" b: "\303\251"`,
      ["\n\t\\\"'AA\u00e9\u{1F600}?", "\u00e9"],
    ],
    ["messages", "a { b: 1 } c: { d: 2 } e < f: 3 > g {}", [[["b", 1]], [["d", 2]], [["f", 3]], []]],
    ["lists", "a: [1, 2] a: [] a: [ X ] a [{ b: 1 }, < b: 2 >]", [1, 2, { word: "X" }, [["b", 1]], [["b", 2]]]],
    [
      "separators",
      "a: 1, b: 2; c { d: 3, e: 4; } , f: 5",
      [
        1,
        2,
        [
          ["d", 3],
          ["e", 4],
        ],
        5,
      ],
    ],
    ["words that look like numbers", "inf: 1 nan: 2", [1, 2]],
  ])("%s", (_, text, values) => {
    expect(parse(text).fields.map(({ value }) => plain(value))).toEqual(values);
  });

  test("fields keep their order and their places", () => {
    const { fields } = parse('\ufeffname: "n"\r\n  layer { type: "ReLU" }\n');
    expect(fields.map(({ name, place }) => [name, place?.line, place?.column])).toEqual([
      ["name", 1, 2],
      ["layer", 2, 3],
    ]);
  });

  test("comments stay with the field that they lead", () => {
    const message = parse(
      "# of the file\n## twice\n\nname: 'n' # of the name\n# before\nlayer {\n # within\n a: 1 # last\n}\n# end",
    );
    expect(message.fields.map(({ comments }) => comments)).toEqual([
      ["of the file", "twice"],
      ["of the name", "before"],
    ]);
    const layer = message.fields[1]?.value as Message;
    expect(layer.fields[0]?.comments).toEqual(["within"]);
    expect(layer.comments).toEqual(["last"]);
    expect(message.comments).toEqual(["end"]);
  });

  test("a string of four million characters, in one piece and in many escapes", () => {
    const long = "a".repeat(4_000_000);
    expect(plain(parse(`a: "${long}"`))).toEqual([["a", long]]);
    expect((plain(parse(`a: "${"\\n".repeat(2_000_000)}"`)) as [string, string][])[0]?.[1]).toHaveLength(2_000_000);
  });

  test("a text without anything", () => {
    expect(parse(" # only a comment")).toEqual({ kind: "message", fields: [], comments: ["only a comment"] });
  });
});

describe("what is no text format", () => {
  test.each([
    ["layer { name: 'a'", "{", "never closed"],
    ["layer { a: 1 > ", ">", "the name of a field is wanted"],
    ["a 1", "1", "`:` or `{` is wanted after `a`"],
    ["a:", "", "a value is wanted, not the end of the file"],
    ["a: 12px", "12px", "is no number"],
    ["a: 09", "09", "is no number"],
    ["a: - true", "true", "a value is wanted"],
    ['a: "open\n', '"', "does not end on its line"],
    ['a: "\\q"', '"\\q"', "no escape"],
    ['a: "\\777"', '"\\777"', "no byte"],
    ["a: [1 2]", "2", "`,` or `]` is wanted"],
    ["a: [1,]", "]", "a value is wanted"],
    ["a [1]", "[", "needs `:`"],
    ["[ext.name]: 1", "[", "extensions"],
    ["a: @", "@", "has no meaning here"],
    ["}", "}", "the name of a field is wanted"],
    ["a: 1 1: 2", "1", "the name of a field is wanted"],
  ])("%s", (text, at, message) => {
    const found = fault(text);
    expect(found.message).toContain(message);
    expect(found.at).toBe(at);
  });

  test("messages too deep, and texts too long", () => {
    expect(fault("a {".repeat(100_000)).message).toContain("deeper than 64");
    expect(plain(parse("a {".repeat(63) + "}".repeat(63)))).toHaveLength(1);
    expect(fault("name: 1", { length: 3, nesting: 64 }).message).toContain("at most 3");
  });
});
