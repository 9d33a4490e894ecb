/** Where the reader of one file reports: makes spans of tokens, and diagnostics of codes. */
import type { IToken } from "chevrotain";
import {
  diagnose,
  type Code,
  type Diagnostic,
  type DiagnosticDetails,
  type Span,
} from "../src/diagnostics/diagnostic.js";
import { syntax } from "./codes.js";

/** Faults of one file beyond this number are counted, not shown. */
export const FAULT_LIMIT = 50;
/** Past this many, what is broken is passed over unread: the file is no text of ours. */
const CEILING = 1000;

export class Faults {
  readonly #found: Diagnostic[] = [];
  /** True when an open comment swallowed the end of the text: what is missing there is not missed. */
  cutShort = false;

  constructor(
    readonly file: string,
    readonly text: string,
  ) {}

  report(code: Code, at: Span, message: string, details: Omit<DiagnosticDetails, "at"> = {}): void {
    if (this.exhausted) return;
    this.#found.push(diagnose(code, message, { ...details, at }));
  }

  get exhausted(): boolean {
    return this.#found.length >= CEILING;
  }

  span(start: number, end: number): Span {
    return { file: this.file, start, end };
  }

  /** The span of a token, or from one token to another. */
  over(first: IToken, last: IToken = first): Span {
    return this.span(first.startOffset, endOf(last));
  }

  /** What was found, in the order of the text; past the limit, the last says how many more there are. */
  diagnostics(): readonly Diagnostic[] {
    const sorted = this.#found
      .map((diagnostic, order) => ({ diagnostic, order, start: diagnostic.primary?.span.start ?? 0 }))
      .sort((a, b) => a.start - b.start || a.order - b.order)
      .map(({ diagnostic }) => diagnostic);
    if (sorted.length <= FAULT_LIMIT) return sorted;
    const shown = sorted.slice(0, FAULT_LIMIT - 1);
    const rest = `${this.exhausted ? "more than " : ""}${sorted.length - shown.length}`;
    const at = sorted[FAULT_LIMIT - 1]?.primary?.span ?? this.span(0, 0);
    return [
      ...shown,
      diagnose(syntax, `and ${rest} further faults in this file`, {
        at,
        label: "the next one is here",
        help: ["mend the ones above first: some of these may follow from them"],
      }),
    ];
  }
}

/** The offset after a token. The lexer keeps starts alone. */
export const endOf = (token: IToken): number => token.startOffset + token.image.length;

/** A token as a message quotes it: long ones are cut, and nothing unprintable gets through. */
export function quote(image: string): string {
  const units = [...image].slice(0, 25);
  const shown = units.length < 25 ? units : [...units.slice(0, 24), "..."];
  return `\`${shown.map((character) => (printable(character) ? character : codePoint(character))).join("")}\``;
}

const printable = (character: string): boolean => !/[\p{C}\p{Zl}\p{Zp}`]/u.test(character);

/** `U+0000` */
export const codePoint = (character: string): string =>
  `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
