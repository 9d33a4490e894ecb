/** What numbers and strings mean. They keep their spelling besides. */
import type { IToken } from "chevrotain";
import { badNumber, escape, numberRange, unexpectedCharacter } from "./codes.js";
import { codePoint, quote, type Faults } from "./faults.js";
import type { ExtentValue, FactorValue, NumberValue, StringValue } from "./tree.js";

/** Longer spellings are refused: no number holds as many digits. */
const LONGEST_NUMBER = 40;

/** `64`, `100_000`, `1e-10` */
export function numberOf(faults: Faults, token: IToken): NumberValue {
  const span = faults.over(token);
  return { kind: "number", span, value: readNumber(faults, token, token.image), spelling: token.image };
}

/** `2x` */
export function factorOf(faults: Faults, token: IToken): FactorValue {
  const span = faults.over(token);
  return { kind: "factor", span, value: readNumber(faults, token, token.image.slice(0, -1)), spelling: token.image };
}

/** `3x5` */
export function extentOf(faults: Faults, token: IToken): ExtentValue {
  const cut = token.image.indexOf("x");
  const height = readNumber(faults, token, token.image.slice(0, cut));
  const width = readNumber(faults, token, token.image.slice(cut + 1));
  return { kind: "extent", span: faults.over(token), height, width, spelling: token.image };
}

function readNumber(faults: Faults, token: IToken, written: string): number {
  if (/__|_$|_[.eE]/.test(written)) {
    const mended = written.replace(/_+/g, "_").replace(/_(?=$|[.eE])/g, "");
    faults.report(badNumber, faults.over(token), `${quote(written)} is not a number`, {
      label: "a digit must stand on both sides of `_`",
      help: [`write ${quote(mended)}`],
    });
    return 0;
  }
  const value = Number(written.replaceAll("_", ""));
  const reason = rangeFault(written, value);
  if (reason === null) return value;
  faults.report(numberRange, faults.over(token), `the number ${quote(written)} is out of range`, {
    label: reason,
    help: ["whole numbers reach to 9007199254740991, others from 1e-308 to 1e308"],
  });
  return Number.isFinite(value) ? value : Number.MAX_VALUE;
}

function rangeFault(written: string, value: number): string | null {
  if (written.length > LONGEST_NUMBER) return `it is written with ${written.length} characters`;
  if (!Number.isFinite(value)) return "it is too large to be held";
  const mantissa = written.split(/[eE]/)[0] ?? "";
  if (value === 0 && /[1-9]/.test(mantissa)) return "it is too small to be told from 0";
  if (/^[\d_]+$/.test(written) && value > Number.MAX_SAFE_INTEGER) return "it is too large to be exact";
  return null;
}

const escapes: Readonly<Record<string, string>> = { '"': '"', "\\": "\\", n: "\n", t: "\t" };

/** A string in double quotes, with its escapes read. */
export function stringOf(faults: Faults, token: IToken): StringValue {
  const written = token.image.slice(1, -1);
  const base = token.startOffset + 1;
  const forbidden = /(?!\t)\p{Cc}|\p{Surrogate}/u.exec(written);
  if (forbidden) {
    const start = base + forbidden.index;
    faults.report(
      unexpectedCharacter,
      faults.span(start, start + 1),
      `unexpected \`${codePoint(forbidden[0])}\` in a string`,
      {
        label: "strings hold no control characters and no halves of characters",
        help: ["leave it out"],
      },
    );
  }
  const value = written.includes("\\") ? unescape(faults, written, base) : written;
  return { kind: "string", span: faults.over(token), value, spelling: token.image };
}

function unescape(faults: Faults, written: string, base: number): string {
  let reported = false;
  return written.replace(
    /\\(?:u\{([0-9A-Fa-f]{1,6})\}|([^]))/gu,
    (match, hexadecimal: string | undefined, letter: string | undefined, at: number) => {
      const plain = letter === undefined ? undefined : escapes[letter];
      if (plain !== undefined) return plain;
      const code = hexadecimal === undefined ? -1 : Number.parseInt(hexadecimal, 16);
      if (code >= 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff)) return String.fromCodePoint(code);
      if (!reported) {
        faults.report(escape, faults.span(base + at, base + at + match.length), `there is no escape ${quote(match)}`, {
          label: "a backslash starts an escape",
          help: [
            'the escapes are `\\"`, `\\\\`, `\\n`, `\\t` and `\\u{1F600}`',
            "paths are written with forward slashes",
          ],
        });
      }
      reported = true;
      return match;
    },
  );
}
