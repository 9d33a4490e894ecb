/** What can be told of a place in the tokens by looking at its neighbours: where members and declarations begin. */
import type { IToken, TokenType } from "chevrotain";
import { endOf } from "./faults.js";
import { declarationOf, edition, wordMembers } from "./parts.js";
import * as t from "./tokens.js";

/** What is being cut: it decides where the next thing begins. */
export type Mode = "edition" | "import" | "head" | "member" | "entry" | "stray";

/** How far, in tokens, the head of a declaration is looked through. */
const HEAD_LENGTH = 200;

const valueEnds = new Set<TokenType>([
  t.NumberLiteral,
  t.Factor,
  t.Extent,
  t.StringLiteral,
  t.True,
  t.False,
  t.BadNumber,
  t.BareFraction,
  t.RightBrace,
  t.RightBracket,
  t.RightParenthesis,
]);
/** After `name =` in brackets these show a mistyped `:`, not the next member. */
const literals = new Set<TokenType>([
  t.NumberLiteral,
  t.Factor,
  t.Extent,
  t.StringLiteral,
  t.True,
  t.False,
  t.LeftBrace,
  t.LeftBracket,
  t.LeftParenthesis,
  t.Minus,
]);

export class Landmarks {
  readonly #startsLine: Uint8Array;

  constructor(
    readonly tokens: readonly IToken[],
    text: string,
  ) {
    this.#startsLine = new Uint8Array(tokens.length + 1);
    let end = 0;
    tokens.forEach((token, i) => {
      for (let at = end; at < token.startOffset; at++) {
        const unit = text.charCodeAt(at);
        if (unit === 0x0a || unit === 0x0d) this.#startsLine[i] = 1;
      }
      end = endOf(token);
    });
    this.#startsLine[0] = 1;
  }

  type(i: number): TokenType | undefined {
    return this.tokens[i]?.tokenType;
  }

  startsLine(i: number): boolean {
    return this.#startsLine[i] === 1;
  }

  isDefinition(i: number): boolean {
    const type = this.type(i);
    return type !== undefined && declarationOf(type) === "definition";
  }

  isMemberWord(i: number): boolean {
    const type = this.type(i);
    return type !== undefined && wordMembers.has(type);
  }

  /** At the level of the file, where nothing but a declaration can stand. */
  startsDeclaration(i: number): boolean {
    const type = this.type(i);
    if (type === undefined) return false;
    if (this.isDefinition(i)) return true;
    // The other words are names where `=` follows.
    return (type === edition.begins || declarationOf(type) !== null) && this.type(i + 1) !== t.Equals;
  }

  /** A line inside a body that can be nothing but the next declaration: a brace above it is missing. */
  provesDeclaration(i: number): boolean {
    const [type, name, third] = [this.type(i), this.type(i + 1), this.type(i + 2)];
    if (!this.startsLine(i) || type === undefined || !t.isWord(name) || name === t.Mod) return false;
    if (this.isDefinition(i)) {
      return third === t.LeftBrace || (third === t.LeftParenthesis && this.#bodyFollows(i + 2));
    }
    if (type === t.Import) return this.#pathFollows(i + 1);
    if (type === t.Train) return third === t.LeftBrace || (third === t.As && this.type(i + 4) === t.LeftBrace);
    return type === t.Target && this.#netFollows(i + 1);
  }

  /** True when words with hyphens between them end with `for`. */
  #netFollows(i: number): boolean {
    let at = i;
    while (at < i + HEAD_LENGTH && this.type(at + 1) === t.Minus && t.isWord(this.type(at + 2))) at += 2;
    return this.type(at + 1) === t.For;
  }

  /** True when the parentheses that open at `i` are closed soon, and a brace follows. */
  #bodyFollows(i: number): boolean {
    let depth = 0;
    for (let at = i; at < i + HEAD_LENGTH; at++) {
      const type = this.type(at);
      if (type === t.LeftParenthesis) depth++;
      else if (type === t.RightParenthesis && --depth === 0) return this.type(at + 1) === t.LeftBrace;
    }
    return false;
  }

  /** True when names from `i` on end with `from` and a path. */
  #pathFollows(i: number): boolean {
    let at = i;
    while (at < i + HEAD_LENGTH && (t.isWord(this.type(at)) || this.type(at) === t.Comma)) at++;
    return this.type(at) === t.StringLiteral && this.type(at - 1) === t.From;
  }

  /** `name =`, or a reserved word that starts a member. */
  startsMember(i: number): boolean {
    return this.isMemberWord(i) || this.#namesLayer(i);
  }

  /** `name =`. The last word of a line is no name for an `=` that strayed to the start of the next. */
  #namesLayer(i: number): boolean {
    if (!t.isWord(this.type(i)) || this.type(i + 1) !== t.Equals) return false;
    return this.startsLine(i) || !this.startsLine(i + 1);
  }

  /** True where, outside of brackets, a new member (entry, declaration) begins at `i`. */
  separates(mode: Mode, i: number): boolean {
    if (mode === "edition") return this.startsLine(i) || this.type(i - 1) === t.NumberLiteral;
    if (mode === "stray") return this.startsLine(i) && this.startsDeclaration(i);
    if (mode === "member" || mode === "entry") {
      if (this.provesDeclaration(i)) return true;
      return mode === "member" ? this.#separatesMember(i) : this.#separatesEntry(i);
    }
    if (mode === "import" && this.type(i - 1) === t.StringLiteral) return true;
    if (!this.startsLine(i) || (mode === "import" && this.#continuesNames(i))) return false;
    if (this.provesDeclaration(i)) return true;
    return mode === "import"
      ? this.type(i + 1) === t.Equals
      : this.startsMember(i) || this.startsDeclaration(i) || this.#startsEntry(i);
  }

  /** True where a line inside brackets can be nothing but a new member: a bracket above it was not closed. */
  provesOpen(mode: Mode, i: number, depth: number, inBraces: boolean): boolean {
    const before = this.type(i - 1);
    if (mode === "head" && this.type(i) === t.LeftBrace) {
      if (inBraces || before === t.Mod) return false;
      return this.#endsValue(i - 1) || (depth === 1 && before === t.LeftParenthesis);
    }
    if (!this.startsLine(i) || mode === "stray") return false;
    if (this.provesDeclaration(i)) return true;
    if (mode === "entry") {
      // Arguments have plain names, and commas between them.
      return !inBraces && this.#startsEntry(i) && (this.type(i + 1) === t.Dot || this.#endsValue(i - 1));
    }
    if (before === t.Dot || (mode === "head" && before === t.Colon)) return false;
    if (this.isMemberWord(i)) return t.isWord(this.type(i + 1));
    if (!t.isWord(this.type(i)) || this.type(i + 1) !== t.Equals) return false;
    const value = this.type(i + 2);
    return value === undefined || !literals.has(value);
  }

  /** In a list of imported names: `import as x` after a comma is a name and its alias. */
  #continuesNames(i: number): boolean {
    const [before, next] = [this.type(i - 1), this.type(i + 1)];
    return (before === t.Comma || before === t.As || before === t.Import) && (next === t.As || next === t.From);
  }

  #separatesMember(i: number): boolean {
    const type = this.type(i);
    const newLine = this.startsLine(i);
    const before = this.type(i - 1);
    if (this.#namesLayer(i)) return newLine || !this.isMemberWord(i - 1);
    if (this.isMemberWord(i) || this.isDefinition(i)) {
      return newLine || (this.#endsValue(i - 1) && !this.isMemberWord(i - 1));
    }
    // A dotted name stands on one line.
    if (newLine && type === t.Dot) return true;
    if (!newLine || !t.isName(type) || !this.#endsValue(i - 1)) return false;
    if (type === t.Mod && this.type(i + 1) !== t.Colon) return false;
    if (type === t.At && this.type(i + 1) === t.Stride) return false;
    if (before === t.Mod || (before === t.At && type === t.Stride)) return false;
    return !(before === t.Stride && this.type(i - 2) === t.At);
  }

  #separatesEntry(i: number): boolean {
    const before = this.type(i - 1);
    if (before === t.Dot || !t.isWord(this.type(i))) return false;
    if (this.#startsEntry(i)) return true;
    if (!this.startsLine(i) || before === t.Mod || this.type(i) === t.Mod) return false;
    return before === t.Comma || this.#endsValue(i - 1);
  }

  /** `key:` or `dotted.key:` */
  #startsEntry(i: number): boolean {
    if (!t.isWord(this.type(i))) return false;
    let at = i + 1;
    while (this.type(at) === t.Dot && t.isWord(this.type(at + 1))) at += 2;
    return this.type(at) === t.Colon;
  }

  /** True when a value can end with token `i`. */
  #endsValue(i: number): boolean {
    const type = this.type(i);
    if (type === undefined) return false;
    if (valueEnds.has(type) || t.isName(type)) return true;
    return t.isReserved(type) && this.type(i - 1) === t.Dot;
  }
}
