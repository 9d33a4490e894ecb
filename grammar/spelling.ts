/** Faults inside a single token: numbers, strings, and characters that begin no token. */
import type { IToken } from "chevrotain";
import { badNumber, unclosed, unexpectedCharacter } from "./codes.js";
import { codePoint, quote, type Faults } from "./faults.js";
import * as t from "./tokens.js";

/** Reports a token that is malformed, and says whether it is. */
export function checkSpelling(faults: Faults, token: IToken): boolean {
  const type = token.tokenType;
  if (type === t.StringLiteral && !t.isClosed(token)) {
    faults.report(unclosed, faults.over(token), "a string is not closed on its line", {
      label: "it starts here",
      help: ['end it with `"`; a string cannot go on in the next line'],
    });
    return true;
  }
  if (type !== t.BadNumber && type !== t.BareFraction) return false;
  const written = token.image;
  const mended = mendNumber(written);
  faults.report(badNumber, faults.over(token), `${quote(written)} is not a number`, {
    label: type === t.BareFraction ? "a digit must stand before the point" : reason(written),
    help: [
      mended === null
        ? "numbers are `64`, `0.5`, `1e-10`, `100_000`; factors `2x`, extents `3x5`"
        : `write ${quote(mended)}`,
    ],
    fixes:
      mended === null ? [] : [{ title: `replace it by \`${mended}\``, span: faults.over(token), replacement: mended }],
  });
  return true;
}

function mendNumber(written: string): string | null {
  if (written.length > 40) return null;
  if (/^\.\d+(?:e\d+)?$/i.test(written)) return `0${written}`;
  if (/^\d+\.$/.test(written)) return `${written}0`;
  const extent = /^(\d+)X(\d+)$/.exec(written);
  if (extent) return `${extent[1]}x${extent[2]}`;
  return /^\d+X$/.test(written) ? `${written.slice(0, -1)}x` : null;
}

function reason(written: string): string {
  if (/^\d[\d_]*\.$/.test(written)) return "a digit must stand after the point";
  if (/^\d[\d_.]*e$/i.test(written)) return "digits must stand after the `e`";
  if (/^\d+x\d+x/.test(written)) return "an extent is a height by a width, and no more";
  if (/^\d[\d_]*\.[\d_]*\./.test(written)) return "it has two points";
  return "names begin with a letter, and numbers hold none";
}

const hints: readonly [RegExp, string][] = [
  [/^\/\*/, "comments begin with `//` and end with their line"],
  [/^;/, "leave it out: statements end by themselves"],
  [/^#/, "comments begin with `//`"],
  [/^['\u2018\u2019\u201C\u201D]/, 'strings stand in double quotes: `"..."`'],
  [/^%/, "the remainder is written `mod`: `H mod 32 == 0`"],
  [/^!/, "different is written `!=`"],
  [/^&/, "write one `expect` for each condition"],
  [/^\u2192/, "data flows through `->`"],
  [/^[\u00D7\u2715]/, "a factor is written with the letter x: `2x`"],
  [/^[\u2264\u2265]/, "write `<=` or `>=`"],
  [/^[\u00A0\u2000-\u200F\u2028\u2029\u202F\u205F\u2060\u3000\uFEFF]/, "replace it by a plain space, or leave it out"],
  [/^[\p{L}\p{M}]/u, "names are made of the letters a to z, digits and `_`"],
  [/^\\/, "paths are written with forward slashes, and lines need no mark to go on"],
];

/** Reports characters that begin no token: the first of each line, for one slip of the keyboard rarely comes alone. */
export function checkCharacters(faults: Faults, unexpected: readonly IToken[]): void {
  let lineEnd = -1;
  const last = unexpected[unexpected.length - 1]?.image;
  faults.cutShort = last !== undefined && last.startsWith("/*") && (last.length < 4 || !last.endsWith("*/"));
  for (const token of unexpected) {
    if (token.startOffset <= lineEnd) continue;
    const next = faults.text.indexOf("\n", token.startOffset);
    lineEnd = next === -1 ? faults.text.length : next;
    const first = String.fromCodePoint(token.image.codePointAt(0) ?? 0);
    const comment = token.image.startsWith("/*");
    const shown = comment ? "`/*`" : `${quote(first)}${/[\p{C}\p{Z}]/u.test(first) ? "" : nameOf(first)}`;
    faults.report(
      unexpectedCharacter,
      faults.span(token.startOffset, token.startOffset + (comment ? 2 : Math.min(token.image.length, 40))),
      `unexpected ${shown}`,
      {
        label: comment ? "the language has no such comments" : "this has no meaning here",
        help: [hints.find(([pattern]) => pattern.test(token.image))?.[1] ?? "leave it out"],
      },
    );
  }
}

const nameOf = (character: string): string => (character.charCodeAt(0) < 0x80 ? "" : ` (${codePoint(character)})`);
