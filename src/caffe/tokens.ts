/** The words and marks of protobuf's text format, each with its place and the comments before it. */
import { prototxtSyntax } from "../diagnostics/codes/caffe.js";
import { CaffeFault } from "./fault.js";
import type { Place } from "./message.js";

export interface Token extends Place {
  readonly kind: "word" | "number" | "string" | "mark" | "end";
  /** As it is written, a string with its quotes; empty at the end. */
  readonly text: string;
  /** Of the lines between the token before and this one, without `#` and the blanks around. */
  readonly comments: readonly string[];
}

const NONE: readonly string[] = [];
const WORD = /[A-Za-z_][A-Za-z0-9_]*/y;
/** Whatever starts as a number does, so that `12px` is one fault and not a number and a word. */
const NUMBER = /\.?[0-9](?:[eE][+-]|[A-Za-z0-9_.])*/y;
const STRING = /"(?:[^"\\\n]|\\[^\n])*"|'(?:[^'\\\n]|\\[^\n])*'/y;
const MARKS = "{}<>[]:,;-";

export class Tokens {
  #at = 0;
  #line = 1;
  #lineStart = 0;
  #peeked: Token | null = null;

  constructor(
    private readonly text: string,
    private readonly path: string,
  ) {
    // A byte order mark is no part of the text.
    if (text.charCodeAt(0) === 0xfeff) this.#at = 1;
  }

  peek(): Token {
    return (this.#peeked ??= this.#read());
  }

  next(): Token {
    const token = this.peek();
    this.#peeked = null;
    return token;
  }

  describe({ kind, text }: Token): string {
    if (kind === "end") return "the end of the file";
    return text.length > 40 ? `\`${text.slice(0, 37)}...\`` : `\`${text}\``;
  }

  fault({ start, end }: Place, message: string, help: readonly string[] = []): CaffeFault {
    return new CaffeFault(prototxtSyntax, message, { at: { file: this.path, start, end }, help });
  }

  #read(): Token {
    const comments = this.#skip();
    const start = this.#at;
    const place = { start, line: this.#line, column: start - this.#lineStart + 1, comments };
    if (start >= this.text.length) return { kind: "end", text: "", end: start, ...place };
    const take = (kind: Token["kind"], text: string): Token => {
      this.#at += text.length;
      return { kind, text, end: this.#at, ...place };
    };
    const match = (pattern: RegExp): string | undefined => {
      pattern.lastIndex = start;
      return pattern.exec(this.text)?.[0];
    };
    const word = match(WORD);
    if (word !== undefined) return take("word", word);
    const number = match(NUMBER);
    if (number !== undefined) return take("number", number);
    const mark = this.text.charAt(start);
    if (MARKS.includes(mark)) return take("mark", mark);
    const string = match(STRING);
    if (string !== undefined) return take("string", string);
    const end = start + 1;
    if (mark === '"' || mark === "'")
      throw this.fault({ ...place, end }, "the string does not end on its line", [
        `close it with ${mark}; strings that follow one another are joined`,
      ]);
    const point = String.fromCodePoint(this.text.codePointAt(start) ?? 0);
    throw this.fault({ ...place, end }, `\`${point}\` has no meaning here`, [
      "a prototxt is protobuf's text format: `name: value` and `name { ... }`",
    ]);
  }

  /** Moves to the next token. */
  #skip(): readonly string[] {
    let comments: string[] | null = null;
    for (; this.#at < this.text.length; this.#at++) {
      const code = this.text.charCodeAt(this.#at);
      if (code === 0x0a) {
        this.#line++;
        this.#lineStart = this.#at + 1;
      } else if (code === 0x23) {
        const lineEnd = this.text.indexOf("\n", this.#at);
        const end = lineEnd === -1 ? this.text.length : lineEnd;
        (comments ??= []).push(this.text.slice(this.#at, end).replace(/^#+/, "").trim());
        this.#at = end - 1;
      } else if (code !== 0x20 && (code < 0x09 || code > 0x0d)) break;
    }
    return comments ?? NONE;
  }
}
