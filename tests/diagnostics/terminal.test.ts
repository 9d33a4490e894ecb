import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { check } from "../../src/compile.js";
import { diagnose, type Code, type Diagnostic, type Label } from "../../src/diagnostics/diagnostic.js";
import { Sources } from "../../src/diagnostics/sources.js";
import { renderTerminal, summaryLine } from "../../src/diagnostics/terminal.js";
import { nodeHost } from "../../src/node-host.js";

const code: Code = { code: "some-fault", severity: "error", summary: "", explanation: "", example: null };

/** Spans are where `[` and `]` stand in the text, the first one the primary; both marks are taken out. */
function render(marked: string, messages: readonly string[], options: Partial<Diagnostic> = {}): string[] {
  const spans: { start: number; end: number }[] = [];
  const open: number[] = [];
  let text = "";
  for (const character of marked) {
    if (character === "[") {
      open.push(spans.length);
      spans.push({ start: text.length, end: text.length });
    } else if (character === "]") {
      const index = open.pop() ?? 0;
      spans[index] = { start: spans[index]?.start ?? 0, end: text.length };
    } else text += character;
  }
  const labels = spans.map((span, index): Label => ({
    span: { file: "a.fcn", ...span },
    message: messages[index] ?? "",
  }));
  const [primary, ...related] = labels;
  const sources = new Sources();
  sources.add("a.fcn", text);
  const diagnostic = {
    ...diagnose(code, "it is wrong", { at: primary?.span ?? null, label: primary?.message ?? "", related }),
    ...options,
  };
  return renderTerminal([diagnostic], sources, { color: false }).split("\n").slice(0, -1);
}

test("the example of the language's description, line by line", async () => {
  const text = `fcn 1

import vgg16 from "fcnc/backbones/vgg16.fcn"

/// FCN-32s: the scores of the last stage, upsampled in one step.
net voc_fcn32s(classes: int = 21) {
  input image: bgr[H, W, 3]



  vgg = image -> vgg16 { conv1_1.pad: 100, convolutionize: [fc6, fc7], without: [fc8] }



  score_fr = vgg.fc7 -> conv(classes, 1, init: zero)
  upscore = upsample(32x)
  score   = crop(to: image, offset: 34)
  output score
}
`;
  const { diagnostics, sources } = await check({ text, path: "voc-fcn32s.fcn" }, nodeHost);
  expect(renderTerminal(diagnostics, sources, { color: false })).toBe(
    `error[crop-offset]: crop offset 34 puts \`score\` 15 px off the image grid
  --> voc-fcn32s.fcn:17:37
   |
11 |   vgg = image -> vgg16 { conv1_1.pad: 100, convolutionize: [fc6, fc7], without: [fc8] }
   |                          ---------------- shifts the grid by -99 px
16 |   upscore = upsample(32x)
   |             ------------- unit 0 is centred on image pixel -19
17 |   score   = crop(to: image, offset: 34)
   |                                     ^^ the derived offset is 19
   |
   = note: 19 holds for every H, W >= 1
   = help: write \`offset: 19\`, or leave it out
`,
  );
});

describe("a snippet", () => {
  test("of one line", () => {
    expect(render("a = [imag] -> relu\n", ["unknown"])).toEqual([
      "error[some-fault]: it is wrong",
      " --> a.fcn:1:5",
      "  |",
      "1 | a = imag -> relu",
      "  |     ^^^^ unknown",
    ]);
  });

  test("with labels on one line, the last one beside its underline", () => {
    expect(render("[a] = [sum]([b])\n", ["first", "second", "third"]).slice(3)).toEqual([
      "1 | a = sum(b)",
      "  | ^   --- - third",
      "  | |   second",
      "  | first",
    ]);
  });

  test("with a label around another", () => {
    expect(render("a = [conv(8, [3])]\n", ["outer", "inner"]).slice(3)).toEqual([
      "1 | a = conv(8, 3)",
      "  |     ^^^^^^^^^^",
      "  |     |       inner",
      "  |     outer",
    ]);
  });

  test("with lines far apart", () => {
    const lines = Array.from({ length: 40 }, (_, index) => `line ${index + 1}`);
    lines[1] = "[line] 2";
    lines[7] = "[line] 8";
    lines[35] = "[line] 36";
    expect(render(lines.join("\n"), ["two", "eight", "thirty-six"]).slice(1)).toEqual([
      "  --> a.fcn:2:1",
      "   |",
      " 2 | line 2",
      "   | ^^^^ two",
      " 8 | line 8",
      "   | ---- eight",
      "...",
      "36 | line 36",
      "   | ---- thirty-six",
    ]);
  });

  test("over several lines", () => {
    expect(render("a = [b {\n  c: 1\n  d: 2\n}]\n", ["all of it"]).slice(3)).toEqual([
      "1 | a = b {",
      "  |     ^^^",
      "4 | }",
      "  | ^ all of it",
    ]);
  });

  test("with tabs, wide characters and a grapheme of several code points", () => {
    expect(render("\ta\t= [b]\n", ["here"]).slice(3)).toEqual(["1 |     a   = b", "  |           ^ here"]);
    expect(render('"漢字" [b]\n', ["here"]).slice(3)).toEqual(['1 | "漢字" b', "  |        ^ here"]);
    expect(render('"👩‍🚀é" [b]\n', ["here"]).slice(3)).toEqual(['1 | "👩‍🚀é" b', "  |       ^ here"]);
    expect(render('["漢字"] b\n', ["here"]).slice(3)).toEqual(['1 | "漢字" b', "  | ^^^^^^ here"]);
  });

  test("with line ends of Windows", () => {
    expect(render("a = 1\r\n[b = 2]\r\n", ["here"]).slice(3)).toEqual(["2 | b = 2", "  | ^^^^^ here"]);
  });

  test("at the end of a file, with and without a last line end, and of an empty file", () => {
    expect(render("a =[]", ["a value is missing"]).slice(3)).toEqual(["1 | a =", "  |    ^ a value is missing"]);
    expect(render("a =\n[]", ["the end"]).slice(2)).toEqual(["  |", "2 |", "  | ^ the end"]);
    expect(render("[]", ["empty"]).slice(1)).toEqual([" --> a.fcn:1:1", "  |", "1 |", "  | ^ empty"]);
  });

  test("of a long line, around what is underlined", () => {
    const [, , , line = "", marks = ""] = render(`${"x, ".repeat(3000)}[y], ${"z, ".repeat(3000)}`, ["here"]);
    expect(line).toBe(`1 | ... ${"x, ".repeat(7).slice(1)}y, ${"z, ".repeat(33).slice(0, 97)} ...`);
    expect(marks.indexOf("^")).toBe(line.indexOf("y"));
  });

  test("of a long line with two labels far apart", () => {
    const rows = render(`[a] ${"x ".repeat(300)}[b]`, ["first", "second"]);
    expect(rows).toHaveLength(7);
    expect(rows[4]).toBe("  | ^ first");
    expect(rows[5]).toMatch(/^1 \| \.\.\. x (x )*b$/);
  });

  test("without characters that would disturb a terminal", () => {
    expect(render("a = \u001b[31m[b]\u0000\u202e\n", []).join("")).not.toMatch(/[\p{Cc}\u202e]/u);
    expect(render("[b]", ["two\nlines\u0007"]).join("")).not.toMatch(/\p{Cc}/u);
  });
});

test("labels in other files have blocks of their own", () => {
  const sources = new Sources();
  sources.add("a.fcn", "a = b\n");
  sources.add("lib/b.fcn", `${"\n".repeat(120)}b = c\n`);
  const diagnostic = diagnose(code, "it is wrong", {
    at: { file: "a.fcn", start: 4, end: 5 },
    related: [{ span: { file: "lib/b.fcn", start: 120, end: 121 }, message: "defined here" }],
    notes: ["a note"],
    help: ["one way", "another\nof two lines"],
  });
  expect(renderTerminal([diagnostic], sources, { color: false })).toBe(`error[some-fault]: it is wrong
   --> a.fcn:1:5
    |
  1 | a = b
    |     ^
   --> lib/b.fcn:121:1
    |
121 | b = c
    | - defined here
    |
    = note: a note
    = help: one way
    = help: another
            of two lines
`);
});

test("a diagnostic without a place, or in a file that could not be read", () => {
  const nowhere = diagnose(code, "no net", { help: ["write one"] });
  expect(renderTerminal([nowhere], new Sources(), { color: false })).toBe(
    "error[some-fault]: no net\n = help: write one\n",
  );
  const unread = diagnose(code, "it is wrong", { at: { file: "gone.fcn", start: 4, end: 9 } });
  expect(renderTerminal([unread], new Sources(), { color: false })).toBe(
    "error[some-fault]: it is wrong\n--> gone.fcn\n",
  );
});

test("colours, and none where they are not wanted", () => {
  const sources = new Sources();
  sources.add("a.fcn", "a = b\n");
  const error = diagnose(code, "it is wrong", { at: { file: "a.fcn", start: 4, end: 5 }, help: ["mend it"] });
  const colored = renderTerminal([error, { ...error, severity: "warning" }], sources, { color: true });
  expect(colored).toContain("\u001b[1;31merror[some-fault]\u001b[0m");
  expect(colored).toContain("\u001b[1;33mwarning[some-fault]\u001b[0m");
  expect(colored).toContain("\u001b[1;31m^\u001b[0m");
  // eslint-disable-next-line no-control-regex
  const plain = colored.replaceAll(/\u001b\[[0-9;]*m/g, "");
  expect(plain).toBe(renderTerminal([error, { ...error, severity: "warning" }], sources, { color: false }));
});

test("as many as are wanted, and how many are left", () => {
  const faults = [1, 2, 3].map((number) => diagnose(code, `fault ${number}`));
  expect(renderTerminal(faults, new Sources(), { color: false, limit: 1 })).toBe(
    "error[some-fault]: fault 1\n\n... and 2 more\n",
  );
  expect(renderTerminal([], new Sources(), { color: false })).toBe("");
});

test("the closing line", () => {
  const error = diagnose(code, "it is wrong");
  const warning = { ...error, severity: "warning" } as const;
  expect(summaryLine([error, warning, error])).toBe("2 errors and 1 warning");
  expect(summaryLine([error])).toBe("1 error");
  expect(summaryLine([warning, warning])).toBe("2 warnings");
  expect(summaryLine([{ ...error, severity: "note" }])).toBe("no faults");
});

test("any text and any spans are shown without a crash, each underline below what it marks", () => {
  const character = fc.constantFrom(
    "a",
    " ",
    "\t",
    "\n",
    "\r\n",
    "漢",
    "👍",
    "é",
    "\u0000",
    "\ud800",
    "xyzzy".repeat(40),
  );
  const span = fc.record({ start: fc.integer({ min: -5, max: 900 }), end: fc.integer({ min: -5, max: 900 }) });
  fc.assert(
    fc.property(
      fc.array(character, { maxLength: 60 }),
      fc.array(span, { minLength: 1, maxLength: 5 }),
      (parts, spans) => {
        const sources = new Sources();
        sources.add("a.fcn", parts.join(""));
        const labels = spans.map((found, index) => ({ span: { file: "a.fcn", ...found }, message: `label ${index}` }));
        const [primary, ...related] = labels;
        const diagnostic = diagnose(code, "it is wrong", { at: primary?.span ?? null, label: "label 0", related });
        const text = renderTerminal([diagnostic], sources, { color: false });
        for (const { message } of labels) expect(text).toContain(message);
        expect(text).toContain("^");
      },
    ),
    { numRuns: 300 },
  );
});
