/**
 * Protobuf's text format, in which prototxt files are written: fields with values, messages in `{ }` or `< >`, lists,
 * joined strings. The grammar is that of https://protobuf.dev/reference/protobuf/textformat-spec/ without extensions
 * and `Any`, which Caffe has not.
 */
import { prototxtSyntax } from "../diagnostics/codes/caffe.js";
import type { Sources } from "../diagnostics/sources.js";
import { howToRaise, limitSettings } from "../limits.js";
import { CaffeFault } from "./fault.js";
import type { Field, Message, Value } from "./message.js";
import { decodeString, numberOf } from "./literals.js";
import { Tokens, type Token } from "./tokens.js";

export interface TextLimits {
  /** Of UTF-16 units in a text. */
  readonly length: number;
  /** How deep messages lie in one another. */
  readonly nesting: number;
}

/** A ResNet-152 is written with 170 kB; weights in text form are not read. */
export const TEXT_LIMITS: TextLimits = {
  length: limitSettings.limits.textCharacters,
  nesting: limitSettings.limits.nesting,
};

/**
 * Reads a text.
 * @param path under which `sources` keeps the text, for messages that show a line of it
 * @throws {CaffeFault} at the first place that is no text format, or where a limit is exceeded.
 */
export function parseText(text: string, path: string, sources: Sources, limits: TextLimits = TEXT_LIMITS): Message {
  sources.add(path, text);
  if (text.length > limits.length)
    throw new CaffeFault(
      prototxtSyntax,
      `the text has ${text.length} characters, and at most ${limits.length} are read`,
      {
        at: { file: path, start: 0, end: 0 },
        help: ["a prototxt describes layers; weights belong into a caffemodel", howToRaise("textCharacters")],
      },
    );
  return new Parser(new Tokens(text, path), limits).file();
}

class Parser {
  constructor(
    private readonly tokens: Tokens,
    private readonly limits: TextLimits,
  ) {}

  file(): Message {
    const { fields, comments } = this.fields(null, 1);
    return { kind: "message", fields, ...(comments.length > 0 && { comments }) };
  }

  /** Fields up to `close`, which is taken, or to the end of the text. */
  private fields(
    close: Token | null,
    depth: number,
  ): { readonly fields: Field[]; readonly comments: readonly string[] } {
    const fields: Field[] = [];
    const end = close === null ? null : close.text === "{" ? "}" : ">";
    for (;;) {
      const token = this.tokens.next();
      if (token.kind === "end") {
        if (close === null) return { fields, comments: token.comments };
        throw this.tokens.fault(close, `\`${close.text}\` is never closed`, [
          `write \`${end}\` where the message ends`,
        ]);
      }
      if (end !== null && token.text === end) return { fields, comments: token.comments };
      this.field(token, depth, fields);
      if (this.tokens.peek().text === "," || this.tokens.peek().text === ";") this.tokens.next();
    }
  }

  private field(name: Token, depth: number, into: Field[]): void {
    if (name.text === "[")
      throw this.tokens.fault(name, "extensions and `Any` are not read", ["Caffe's files have none: delete the field"]);
    if (name.kind !== "word")
      throw this.tokens.fault(name, `the name of a field is wanted, not ${this.tokens.describe(name)}`);
    const { start, end, line, column } = name;
    const add = (value: Value): void => {
      const comments = name.comments;
      into.push({
        name: name.text,
        value,
        ...(comments.length > 0 && { comments }),
        place: { start, end, line, column },
      });
    };
    const next = this.tokens.peek();
    const colon = next.text === ":";
    if (colon) this.tokens.next();
    const value = this.tokens.peek();
    if (value.text === "[") {
      this.tokens.next();
      this.list(value, colon, depth, add);
    } else if (colon || value.text === "{" || value.text === "<") add(this.value(depth));
    else
      throw this.tokens.fault(
        value,
        `\`:\` or \`{\` is wanted after ${this.tokens.describe(name)}, not ${this.tokens.describe(value)}`,
        ["write `name: value` or `name { ... }`"],
      );
  }

  /** `[a, b]`: each is one value of a repeated field. Without a colon only messages may be listed. */
  private list(open: Token, colon: boolean, depth: number, add: (value: Value) => void): void {
    if (this.tokens.peek().text === "]") {
      this.tokens.next();
      return;
    }
    for (;;) {
      const first = this.tokens.peek();
      if (!colon && first.text !== "{" && first.text !== "<")
        throw this.tokens.fault(open, "a list of values needs `:` before it", ["write `name: [...]`"]);
      add(this.value(depth));
      const after = this.tokens.next();
      if (after.text === "]") return;
      if (after.text !== ",")
        throw this.tokens.fault(after, `\`,\` or \`]\` is wanted in a list, not ${this.tokens.describe(after)}`);
    }
  }

  private value(depth: number): Value {
    const token = this.tokens.next();
    if (token.text === "{" || token.text === "<") {
      if (depth >= this.limits.nesting)
        throw this.tokens.fault(token, `messages lie deeper than ${this.limits.nesting} in one another`);
      const { fields, comments } = this.fields(token, depth + 1);
      return { kind: "message", fields, ...(comments.length > 0 && { comments }) };
    }
    if (token.kind === "string") return this.strings(token);
    const negative = token.text === "-";
    const word = negative ? this.tokens.next() : token;
    if (word.kind === "number" || word.kind === "word") {
      const number = numberOf(word.text);
      if (number !== null) return negative ? -number : number;
      if (word.kind === "number")
        throw this.tokens.fault(word, `${this.tokens.describe(word)} is no number`, [
          "numbers are written `12`, `0x1f`, `1.5` or `1e-4`",
        ]);
      if (!negative) {
        if (word.text === "true" || word.text === "false") return word.text === "true";
        return { kind: "identifier", name: word.text };
      }
    }
    throw this.tokens.fault(word, `a value is wanted, not ${this.tokens.describe(word)}`);
  }

  /** Strings that follow one another are one. */
  private strings(first: Token): string {
    let text = "";
    for (let token = first; ; token = this.tokens.next()) {
      const decoded = decodeString(token.text);
      if ("fault" in decoded) throw this.tokens.fault(token, decoded.fault, ["a backslash itself is written `\\\\`"]);
      text += decoded.text;
      if (this.tokens.peek().kind !== "string") return text;
    }
  }
}
