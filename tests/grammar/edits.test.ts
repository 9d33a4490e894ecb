/** What an edit can do to a file: nothing beyond the member in which it is made, and never a crash or a long wait. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { format } from "../../grammar/format.js";
import { parse } from "../../grammar/parse.js";
import { tokenize } from "../../grammar/tokens.js";
import type { Member } from "../../grammar/tree.js";
import { examples } from "./language-examples.js";
import { membersOf } from "./trees.js";

const lines = [
  "input image: rgb[H, W, 3] { mean: [1, 2.5] }",
  "let width: 4 * 16",
  "a = conv(width, 3, pad: 1) -> relu",
  "b = a -> conv(64, 3x5, stride: 2) -> relu -> dropout(0.5)",
  "vgg = image -> vgg16 { conv1_1.pad: 100, without: [fc8] }",
  "tap b at stride 8",
  "c = vgg.fc7 -> upsample(2x)",
  "d = sum(b, c, crop: auto)",
  "expect offset(d) == H mod 32 - 1",
  "e = relu()",
  "return e",
  "output d",
];
const spell = (members: readonly string[]): string => `fcn 1\nnet n {\n  ${members.join("\n  ")}\n}\nblock m() {\n}\n`;

/** A member by its kind and what it names. */
function label(member: Member): string {
  if (member.kind === "expect") return "expect";
  if ("name" in member && member.name !== null) return `${member.kind} ${member.name.text}`;
  return "value" in member && member.value.kind === "reference"
    ? `${member.kind} ${member.value.parts.map((part) => part.text).join(".")}`
    : member.kind;
}
const labels = (text: string): string[] => membersOf(parse(text, "t").tree).map(label);
const whole = labels(spell(lines));

const harmless = fc.constantFrom(..."abxyz019_=->:.,*+<!@;%~ \t\0\u00e9\ud83d\ude00");
const word = fc.constantFrom(
  ..."net backbone block input output tap let expect return import from as fcn train target for at stride mod".split(
    " ",
  ),
  ..."= -> : . , + - == >= 64 2x 3x5 1e-4 .5 12ab conv relu".split(" "),
);
const brackets = /[()[\]{}"]/;

/** Edits inside one line that touch no bracket and no quote. */
const edit = fc
  .record({
    at: fc.nat(),
    length: fc.nat({ max: 6 }),
    text: fc.oneof(
      harmless,
      word.map((each) => ` ${each} `),
      fc.constant(""),
    ),
  })
  .map(({ at, length, text }) => (line: string): string => {
    const start = at % (line.length + 1);
    const end = Math.min(line.length, start + length);
    return brackets.test(line.slice(start, end))
      ? line.slice(0, start) + text + line.slice(start)
      : line.slice(0, start) + text + line.slice(end);
  });

function isSubsequence(wanted: readonly string[], found: readonly string[]): boolean {
  let k = 0;
  for (const each of found) if (each === wanted[k]) k++;
  return k === wanted.length;
}

describe("edits", () => {
  test("inside one line, without brackets, quotes and comments, lose no other member", () => {
    fc.assert(
      fc.property(fc.nat(lines.length - 1), fc.array(edit, { minLength: 1, maxLength: 2 }), (k, edits) => {
        const edited = lines.map((line, i) => (i === k ? edits.reduce((text, apply) => apply(text), line) : line));
        const found = labels(spell(edited));
        expect(found, edited[k]).toSatisfy((each: string[]) => isSubsequence(whole.toSpliced(k, 1), each));
        expect(parse(spell(edited), "t").tree.declarations.map((each) => each.kind)).toEqual(["net", "block"]);
      }),
      { numRuns: 400 },
    );
  });

  test("of any kind never crash, and keep spans inside the text", () => {
    const seeds = [...examples, spell(lines)];
    const pieces = fc.oneof(
      harmless,
      word,
      fc.constantFrom(...'(){}[]"/\n\r', "//", "///", "/*", "\ufeff", '"\\', "\ud800"),
    );
    const change = fc.record({ at: fc.nat(), other: fc.nat(), length: fc.nat(30), kind: fc.nat(4), text: pieces });
    fc.assert(
      fc.property(fc.constantFrom(...seeds), fc.array(change, { minLength: 1, maxLength: 6 }), (seed, changes) => {
        let text = seed;
        for (const { at, other, length, kind, text: piece } of changes) {
          const start = at % (text.length + 1);
          const cut = text.slice(start, start + length);
          const to = other % (text.length + 1);
          if (kind === 0) text = text.slice(0, start) + text.slice(start + length);
          else if (kind === 1) text = text.slice(0, start) + piece + text.slice(start);
          else if (kind === 2) text = text.slice(0, to) + cut + text.slice(to);
          else if (kind === 3) text = swapTokens(text, at, other);
          else text = text.slice(0, start);
        }
        const { diagnostics } = parse(text, "t");
        for (const { primary } of diagnostics) {
          expect(primary?.span.start).toBeGreaterThanOrEqual(0);
          expect(primary?.span.end).toBeLessThanOrEqual(text.length);
        }
        const result = format(text);
        if ("diagnostics" in result) {
          expect(diagnostics.length).toBeGreaterThan(0);
          return;
        }
        expect(diagnostics).toEqual([]);
        expect(format(result.text)).toEqual(result);
        expect(commentWords(result.text)).toEqual(commentWords(text));
      }),
      { numRuns: 400 },
    );
  });
});

function swapTokens(text: string, a: number, b: number): string {
  const { tokens } = tokenize(text);
  const [first, second] = [tokens[a % tokens.length], tokens[b % tokens.length]].sort(
    (x, y) => (x?.startOffset ?? 0) - (y?.startOffset ?? 0),
  );
  if (first === undefined || second === undefined || first === second) return text;
  const [end, from] = [first.startOffset + first.image.length, second.startOffset];
  const after = from + second.image.length;
  return text.slice(0, first.startOffset) + second.image + text.slice(end, from) + first.image + text.slice(after);
}

/** The words of all comments, sorted: comments may move, and two may meet on a line, but no word goes. */
const commentWords = (text: string): string[] =>
  tokenize(text)
    .comments.flatMap((comment) => comment.image.split(/[/\s]+/))
    .filter((each) => each !== "")
    .sort();
