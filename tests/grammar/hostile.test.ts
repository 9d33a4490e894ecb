/** Texts that nobody means: they get clear messages, in time that grows with their length alone. */
import { describe, expect, test } from "vitest";
import { parse } from "../../grammar/parse.js";
import { tokenize } from "../../grammar/tokens.js";

const inNet = (line: string): string => `fcn 1\nnet n {\n  ${line}\n  b = relu()\n}\n`;
const messages = (text: string): string[] =>
  parse(text, "t").diagnostics.map((fault) => `${fault.code}: ${fault.message}`);

describe("depth", () => {
  test.each(["(", "[", "{a: ", "f(", "[{a: ("])("thousands of %s give one message", (open) => {
    for (const count of [200, 1000, 100_000]) {
      expect(messages(inNet(`a = f(${open.repeat(count)}`))).toEqual([
        "nesting: brackets are nested more than 100 deep",
      ]);
      const { tree } = parse(inNet(`a = f(${open.repeat(count)}`), "t");
      expect(tree.declarations[0]).toMatchObject({ members: [{ kind: "broken" }, { kind: "layer" }] });
    }
  });

  test("brackets may nest a hundred deep", () => {
    expect(messages(inNet(`a = f(${"[".repeat(99)}${"]".repeat(99)})`))).toEqual([]);
    expect(messages(inNet(`a = f(${"[".repeat(100)}${"]".repeat(100)})`))).toHaveLength(1);
  });

  test("operators may not be joined without end", () => {
    expect(messages(inNet(`let x: 1${" + 1".repeat(150)}`))).toEqual([]);
    expect(messages(inNet(`let x: 1${" + 1".repeat(40_000)}`))).toEqual([
      "nesting: a value is nested more than 200 deep",
    ]);
    expect(messages(inNet(`let x: ${"-".repeat(100_000)}1`))).toHaveLength(1);
  });

  test("brackets alone are one message", () => {
    for (const text of ["(".repeat(100_000), "}".repeat(100_000), "[{(".repeat(30_000)])
      expect(messages(text)).toHaveLength(1);
    expect(messages(`fcn 1\n${"}".repeat(100_000)}`)).toEqual(["unclosed: `}` closes nothing"]);
  });
});

describe("characters", () => {
  test("every character begins a token, or is reported as one", () => {
    const units = Array.from({ length: 0x10000 }, (_, unit) => String.fromCharCode(unit));
    const { tokens, unexpected, comments } = tokenize(` ${units.join("\n")}`);
    const found = [...tokens, ...unexpected, ...comments].sort((a, b) => a.startOffset - b.startOffset);
    const visible = units.filter((unit) => !/[ \t\r\n]/.test(unit));
    expect(found.map((token) => token.image).join("")).toBe(visible.join(""));
  });

  test("one message a line, and the rest of the line is read", () => {
    expect(messages(inNet("a = relu(); \0\0 \u00a0 @"))).toEqual(["unexpected-character: unexpected `;`"]);
    expect(messages(inNet("a = relu()\u200b"))).toEqual(["unexpected-character: unexpected `U+200B`"]);
    expect(messages(inNet("a = \ud800relu()"))).toEqual(["unexpected-character: unexpected `U+D800`"]);
  });

  test("comments hold anything, strings hold text", () => {
    expect(messages(inNet("a = relu() // \0 \ud800 \u{1F600} {[("))).toEqual([]);
    expect(messages(inNet('a = f("\u{1F600} \t \u00e9")'))).toEqual([]);
    expect(messages(inNet('a = f("\0")'))).toEqual(["unexpected-character: unexpected `U+0000` in a string"]);
    expect(messages(inNet('a = f("\udc00")'))).toEqual(["unexpected-character: unexpected `U+DC00` in a string"]);
  });

  test("a byte order mark, tabs and carriage returns are white space", () => {
    expect(messages(`\ufeff${inNet("a\t=\trelu()").replaceAll("\n", "\r\n")}`)).toEqual([]);
    expect(messages(inNet("a = relu()").replaceAll("\n", "\r"))).toEqual([]);
  });

  test("numbers have an end", () => {
    for (const number of [
      "1e999",
      "9".repeat(400),
      "1e-999",
      "9007199254740993",
      `0.${"1".repeat(50)}`,
      `${"9".repeat(400)}x`,
    ]) {
      expect(messages(inNet(`let x: ${number}`))).toHaveLength(1);
    }
  });
});

describe("size", () => {
  const member = (i: number): string => `  c${i} = conv(64, 3, pad: 1) -> relu // layer ${i}\n`;
  const large = (count: number): string => {
    const members = Array.from({ length: count }, (_, i) => member(i)).join("");
    return `fcn 1\nnet n {\n${members}}\n`;
  };

  test("5,000 members are all read", () => {
    const { tree, diagnostics } = parse(large(5000), "t");
    expect(diagnostics).toEqual([]);
    expect(tree.declarations[0]).toMatchObject({ kind: "net", members: { length: 5000 } });
  });

  test.each([
    ["a string", `let x: "${"\\n".repeat(500_000)}"`, 0],
    ["an open string", `let x: "${"a".repeat(1_000_000)}`, 1],
    ["a name", `let x: ${"a".repeat(1_000_000)}`, 0],
    ["a number", `let x: ${"7".repeat(1_000_000)}`, 1],
    ["a path", `let x: a${".a".repeat(40_000)}`, 0],
    ["a flow", `a = b${" -> relu\n".repeat(40_000)}`, 0],
    ["a list", `let x: [${"1,".repeat(40_000)}]`, 0],
    ["a longer list", `let x: [${"1,".repeat(400_000)}]`, 1],
    ["garbage", `a = b${"\0".repeat(1_000_000)}`, 1],
    ["open comments", `a = b ${"/* ".repeat(300_000)}`, 1],
    ["half-typed lines", "a =\n".repeat(100_000), 50],
    ["words", "a\n".repeat(100_000), 50],
    ["braces", "} x = a ".repeat(50_000), 50],
  ])("%s of great length", (_, line, faults) => {
    expect(messages(inNet(line))).toHaveLength(faults);
  });
});
