/**
 * The outline of a file: its tokens cut into declarations and these into members, before anything is parsed.
 *
 * Statements end without a mark, so the cut is made where a member can only begin (a reserved word, `name =`). Inside
 * brackets no member can begin; where a line looks like one all the same, a bracket above it was not closed, and the
 * cut is made there too. So a half-typed line spoils itself alone. One pass, and no recursion.
 */
import type { IToken, TokenType } from "chevrotain";
import * as bracket from "./bracket-faults.js";
import { endOf, type Faults } from "./faults.js";
import type { Landmarks, Mode } from "./landmarks.js";
import { declarationOf, declarations } from "./parts.js";
import { checkSpelling } from "./spelling.js";
import * as t from "./tokens.js";

/** Tokens from `start` up to `end` that make up one member, entry or head. */
export interface Part {
  readonly start: number;
  readonly end: number;
  /** The token at which a fault was reported that keeps it from being parsed. */
  readonly fault: number | null;
}

export interface Body {
  /** False where the `{` is missing. */
  readonly opened: boolean;
  readonly parts: Part[];
  /** The offset after the `}`, or after the last token. */
  end: number;
}

export type DeclarationOutline =
  | { readonly kind: "edition"; readonly head: Part }
  | { readonly kind: "import" | "stray"; readonly head: Part }
  | { readonly kind: "definition"; readonly head: Part; readonly body: Body | null }
  | { readonly kind: "train" | "target"; readonly head: Part; readonly body: Body | null };

/** Brackets deeper than this are refused, whatever they hold. */
export const NESTING_LIMIT = 100;

/** Parts longer than this, in tokens, are refused. */
const LENGTH_LIMIT = 100_000;

const partner = new Map<TokenType, TokenType>([
  [t.RightBrace, t.LeftBrace],
  [t.RightBracket, t.LeftBracket],
  [t.RightParenthesis, t.LeftParenthesis],
]);
const openers = new Set(partner.values());

/** Cuts the tokens of a file, and reports what is wrong with its brackets. */
export function outline(marks: Landmarks, faults: Faults): readonly DeclarationOutline[] {
  return new Outliner(marks, faults).file();
}

/** A text that is to be one setting or value: all of its tokens, with a fault where it is more, or has faulty brackets. */
export function outlineAlone(marks: Landmarks, faults: Faults): Part {
  return new Outliner(marks, faults).alone();
}

class Outliner {
  readonly #marks: Landmarks;
  readonly tokens: readonly IToken[];
  #at = 0;

  constructor(
    marks: Landmarks,
    readonly faults: Faults,
  ) {
    this.#marks = marks;
    this.tokens = marks.tokens;
  }

  file(): readonly DeclarationOutline[] {
    const found: DeclarationOutline[] = [];
    while (this.#at < this.tokens.length) {
      const last = found[found.length - 1];
      if (this.#at === 0 && t.isWord(this.#marks.type(0)) && this.#marks.type(1) === t.NumberLiteral) {
        found.push({ kind: "edition", head: this.#cut("edition") });
      } else if (this.#marks.startsDeclaration(this.#at)) found.push(this.#declaration());
      else if (last?.kind === "definition" && last.body !== null && this.#marks.startsMember(this.#at)) {
        bracket.outsideOfNet(this.faults, this.#token(this.#at), this.#token(this.#at - 1));
        const more = this.#body("member", this.#at - 1);
        for (const part of more.parts) last.body.parts.push(part);
        last.body.end = more.end;
      } else found.push(this.#stray());
    }
    return found;
  }

  alone(): Part {
    const part = this.#cut("entry");
    if (this.#at === this.tokens.length) return part;
    const next = this.#token(this.#at);
    if (part.fault === null) bracket.afterTheEnd(this.faults, next);
    return { ...part, fault: part.fault ?? this.#at };
  }

  #declaration(): DeclarationOutline {
    const kind = declarationOf(this.#marks.type(this.#at));
    if (kind === null) return { kind: "edition", head: this.#cut("edition") };
    if (kind === "import") return { kind, head: this.#cut("import") };
    return { kind, head: this.#cut("head"), body: this.#bodyAfterHead(declarations[kind].body.holds) };
  }

  /** What stands at the level of the file and is no declaration. A misspelt one keeps its body. */
  #stray(): DeclarationOutline {
    const start = this.#at;
    if (this.#marks.type(start) === t.RightBrace) {
      while (this.#marks.type(this.#at) === t.RightBrace) this.#at++;
      // At the start of the file it is the edition that is missed.
      if (start > 0) bracket.unopened(this.faults, this.#token(start), this.#token(this.#at - 1));
      return { kind: "stray", head: { start, end: this.#at, fault: start } };
    }
    const meant = bracket.strayDeclaration(this.faults, this.tokens, start);
    if (meant !== null) {
      const head = { ...this.#cut("head"), fault: start };
      return { kind: meant, head, body: this.#bodyAfterHead(declarations[meant].body.holds) };
    }
    return { kind: "stray", head: this.#cut("stray") };
  }

  #bodyAfterHead(mode: "member" | "entry"): Body | null {
    const i = this.#at;
    if (this.#marks.type(i) === t.LeftBrace) {
      this.#at++;
      return this.#body(mode, i);
    }
    const goesOn = i < this.tokens.length && !this.#marks.startsDeclaration(i) && this.#marks.separates("head", i);
    return goesOn ? { ...this.#body(mode, null), opened: false } : null;
  }

  /** Members or entries up to the brace that closes them. `open` is the brace that opened them, if there was one. */
  #body(mode: "member" | "entry", open: number | null): Body {
    const parts: Part[] = [];
    for (;;) {
      const i = this.#at;
      if (i >= this.tokens.length || this.#marks.provesDeclaration(i)) {
        if (open !== null) bracket.unclosed(this.faults, [this.#token(open)], this.tokens[i]);
        return { opened: true, parts, end: endOf(this.#token(i - 1)) };
      }
      if (this.#marks.type(i) === t.RightBrace) {
        this.#at++;
        return { opened: true, parts, end: endOf(this.#token(i)) };
      }
      parts.push(this.#cut(mode));
    }
  }

  /** Goes on to where the next part begins, minding the brackets on the way. */
  #cut(mode: Mode): Part {
    const start = this.#at;
    const open: number[] = [];
    const count = new Map<TokenType, number>();
    let fault = mode === "stray" ? start : null;
    let i = start;
    for (; i < this.tokens.length; i++) {
      const token = this.#token(i);
      const type = token.tokenType;
      if (open.length === 0) {
        if (type === t.RightBrace || (mode === "head" && type === t.LeftBrace)) break;
        if (i > start && this.#marks.separates(mode, i)) break;
      } else if (this.#marks.provesOpen(mode, i, open.length, (count.get(t.LeftBrace) ?? 0) > 0)) break;

      if (mode !== "stray" && checkSpelling(this.faults, token)) fault ??= i;
      if (openers.has(type)) {
        open.push(i);
        count.set(type, (count.get(type) ?? 0) + 1);
        if (open.length > NESTING_LIMIT && fault === null) {
          bracket.tooDeep(this.faults, token, NESTING_LIMIT);
          fault = i;
        }
      }
      if (i - start === LENGTH_LIMIT && fault === null) {
        bracket.tooLong(this.faults, this.#token(start), LENGTH_LIMIT);
        fault = i;
      }
      const opener = partner.get(type);
      if (opener === undefined) continue;
      if ((count.get(opener) ?? 0) === 0) {
        if (type === t.RightBrace) break;
        const top = open[open.length - 1];
        if (fault === null && top === undefined) bracket.unopened(this.faults, token);
        if (fault === null && top !== undefined) bracket.mismatched(this.faults, this.#token(top), token);
        fault ??= i;
        continue;
      }
      for (let top = open.pop(); top !== undefined; top = open.pop()) {
        const openType = this.#token(top).tokenType;
        count.set(openType, (count.get(openType) ?? 0) - 1);
        if (openType === opener) break;
        if (fault === null) bracket.unclosed(this.faults, [this.#token(top)], token);
        fault ??= top;
      }
    }
    const unclosed = open[open.length - 1];
    if (unclosed !== undefined && fault === null) {
      bracket.unclosed(
        this.faults,
        open.slice(-3).map((at) => this.#token(at)),
        this.tokens[i],
      );
      fault = unclosed;
    }
    this.#at = i;
    return { start, end: i, fault };
  }

  /** Called with places that exist: the parts of an outline are made of tokens. */
  #token(i: number): IToken {
    const token = this.tokens[i];
    if (token === undefined) throw new RangeError(`there is no token ${i}`);
    return token;
  }
}
