/** Faults with their code, message and place. The carets stand below the text that the primary label marks. */
import { describe, expect, test } from "vitest";
import { parse } from "../../grammar/parse.js";
import { marked } from "./marked.js";

const net = (line: string): string => `fcn 1\nnet n {\n${line}\n}\n`;
const train = (line: string): string => `fcn 1\ntrain n {\n${line}\n}\n`;
const file = (line: string): string => `fcn 1\n${line}\n`;

const cases: readonly [wrap: (line: string) => string, shown: string][] = [
  [net, "b = a ->\n      ^^ syntax: expected a layer after `->` (nothing follows this)"],
  [net, "b =\n  ^ syntax: expected a layer or the name of one after `=` (nothing follows this)"],
  [net, "b = conv(64, 3\n        ^ unclosed: `(` is never closed (this `(` waits for its `)`)"],
  [net, "b = conv(64] -> relu\n           ^ unclosed: `(` is closed by `]` (expected `)`)"],
  [net, "b = conv(64)) -> relu\n            ^ unclosed: `)` closes nothing (no `(` is open here)"],
  [net, "b = conv(,)\n         ^ syntax: expected an argument or `)` after `(` (found `,`)"],
  [net, "b = conv(3 4)\n           ^ syntax: expected `,` or `)` after `3` (found `4`)"],
  [
    net,
    "b = sum(a, c -> relu)\n             ^^ nested-flow: data flows inside an argument or a setting (`->` stands in the line of a layer alone)",
  ],
  [net, "b = conv(stride = 2)\n                ^ syntax: `=` names a layer; values are set with `:` (write `:`)"],
  [net, "b = a + c\n      ^ syntax: layers are not joined by `+` (data flows through `->` alone)"],
  [
    net,
    "b = relu relu\n         ^^^^ syntax: expected `->` after `relu` (found `relu`, which starts neither a member nor a flow)",
  ],
  [
    net,
    "output = conv(3)\n^^^^^^ reserved-name: `output` is a reserved word and cannot name a layer (another name is needed here)",
  ],
  [
    net,
    "let input: 3\n    ^^^^^ reserved-name: `input` is a reserved word and cannot name anything (another name is needed here)",
  ],
  [
    net,
    "ouput score\n^^^^^ syntax: `ouput` starts no member; did you mean `output`? (no member starts with this word)",
  ],
  [net, "conv(3)\n^^^^ syntax: a layer without a name: `conv` (every layer of a net has a name)"],
  [net, "tap\n^^^ syntax: expected the name of a layer after `tap` (nothing follows this)"],
  [
    net,
    "tap pool4 stride 16\n          ^^^^^^ syntax: expected `at stride` or the next member after `pool4` (found `stride`)",
  ],
  [net, "input image:\n           ^ syntax: expected a format after `:` (nothing follows this)"],
  [net, "expect a < b < c\n             ^ syntax: comparisons cannot be chained (a second comparison)"],
  [
    net,
    "input x: rgb[H, W, 3] { where: [H mod 32 = 0] }\n                                         ^ syntax: `=` names a layer; values are compared with `==` (write `==`)",
  ],
  [
    net,
    "b = conv([f(1), stride = 2])\n                       ^ syntax: `=` names a layer; values are compared with `==` (write `==`)",
  ],
  [net, "expect a = 3\n         ^ syntax: `=` names a layer; values are compared with `==` (write `==`)"],
  [net, "b = conv(.5)\n         ^^ number: `.5` is not a number (a digit must stand before the point)"],
  [net, "b = conv(100_)\n         ^^^^ number: `100_` is not a number (a digit must stand on both sides of `_`)"],
  [
    net,
    "b = conv(1e999)\n         ^^^^^ number-range: the number `1e999` is out of range (it is too large to be held)",
  ],
  [net, 'b = f("a\n      ^^ unclosed: a string is not closed on its line (it starts here)'],
  [net, 'b = f("a\\q")\n        ^^ escape: there is no escape `\\q` (a backslash starts an escape)'],
  [net, "b = conv(64);\n            ^ unexpected-character: unexpected `;` (this has no meaning here)"],
  [net, "b = conv(64\0)\n           ^ unexpected-character: unexpected `U+0000` (this has no meaning here)"],
  [
    net,
    "b = \ud83d\ude00\n    ^^ unexpected-character: unexpected `\ud83d\ude00` (U+1F600) (this has no meaning here)",
  ],
  [train, "loss softmax(reduce: sum)\n     ^^^^^^^ syntax: expected `:` and a value after `loss` (found `softmax`)"],
  [
    train,
    "loss: a -> b\n        ^^ nested-flow: data flows outside of a layer (`->` stands in the line of a layer alone)",
  ],
  [
    file,
    "ntet n {}\n^^^^ syntax: `ntet` is not a declaration; did you mean `net`? (no declaration starts with this word)",
  ],
  [file, "net n-s {}\n     ^ syntax: a name holds no `-` (the name ends here)"],
  [file, "train n as {}\n        ^^ syntax: expected a name for the recipe after `as` (nothing follows this)"],
  [file, "train n as a-b {}\n            ^ syntax: a name holds no `-` (the name ends here)"],
  [file, "train n heavy {}\n        ^^^^^ syntax: unexpected `heavy` after `n` (the line could end before it)"],
  [
    file,
    "target tfjs- n {}\n             ^ syntax: expected `for` and the name of a net after `n` (nothing follows this)",
  ],
  [file, "import a from\n         ^^^^ syntax: expected a path in double quotes after `from` (nothing follows this)"],
  [file, "net n {\n      ^ unclosed: `{` is never closed (this `{` waits for its `}`)"],
  [file, "net n {} }\n         ^ unclosed: `}` closes nothing (no `{` is open here)"],
  [file, "b = conv(3)\n^ syntax: expected a declaration, found `b` (this belongs inside a net, backbone or block)"],
  [file, "fcn 1\n^^^^^ edition: the edition stands in the first line alone (something stands before it)"],
  [(line) => line, "fcn 2\n^^^^^ edition: edition `2` is not known (the edition of the language)"],
  [
    (line) => line,
    "net n {}\n^^^ edition: the file does not begin with its edition (`fcn 1` stands before everything else)",
  ],
];

describe("messages", () => {
  test.each(cases)("%#", (wrap, shown) => {
    const line = shown.slice(0, shown.indexOf("\n"));
    const text = wrap(line);
    expect(marked(text, parse(text, "t").diagnostics)).toEqual([shown]);
  });

  test("every message has a way out, and none shows a token path", () => {
    for (const [wrap, shown] of cases) {
      const { diagnostics } = parse(wrap(shown.slice(0, shown.indexOf("\n"))), "t");
      for (const { help, message, primary } of diagnostics) {
        expect(help.length).toBeGreaterThan(0);
        expect(message).not.toMatch(/-->|Identifier|Token|\.$|^[A-Z]/);
        expect(primary).not.toBeNull();
      }
    }
  });

  test("an unclosed brace is shown with the place where it was noticed", () => {
    const text = "fcn 1\nnet n {\n  a = relu()\n";
    const [fault, ...rest] = parse(text, "t").diagnostics;
    expect(rest).toEqual([]);
    expect(fault?.related.map((label) => [label.message, text.slice(0, label.span.end)])).toEqual([
      ["the file ends here", text.trimEnd()],
    ]);
  });

  test("all faults of a file are reported, in their order, up to a limit", () => {
    const lines = Array.from({ length: 70 }, (_, i) => `  b${i} = `);
    const { diagnostics } = parse(`fcn 1\nnet n {\n${lines.join("\n")}\n}\n`, "t");
    expect(diagnostics).toHaveLength(50);
    expect(diagnostics[49]?.message).toBe("and 21 further faults in this file");
  });

  test("fixes mend what they say", () => {
    for (const broken of ["ouput b", "b = conv(stride = 2)", "expect 1 = 2", "b = f(.5)", "let x = 3"]) {
      const text = net(`b = relu()\n${broken}\n`);
      const fix = parse(text, "t").diagnostics[0]?.fixes[0];
      if (fix === undefined) throw new Error(`no fix for ${broken}`);
      const mended = text.slice(0, fix.span.start) + fix.replacement + text.slice(fix.span.end);
      expect(parse(mended, "t").diagnostics).toEqual([]);
    }
  });
});
