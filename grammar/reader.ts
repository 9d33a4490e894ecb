/** Reads the parts of an outline one after the other, and makes the tree of them. */
import type { CstNode, IToken } from "chevrotain";
import { nearest } from "../src/diagnostics/suggest.js";
import { Builder } from "./build.js";
import { edition as editionCode, syntax } from "./codes.js";
import { endOf, quote, type Faults } from "./faults.js";
import { blankAbove } from "./gaps.js";
import type { Landmarks } from "./landmarks.js";
import { readEntry, readMember, type Piece } from "./members.js";
import { reportParserError } from "./messages.js";
import type { Body, DeclarationOutline, Part } from "./outline.js";
import { parsePart, type PartRule } from "./parser.js";
import { declarations, edition } from "./parts.js";
import * as t from "./tokens.js";
import type { Broken, Declaration, Definition, Edition, File, Member, Node, Setting, Settings } from "./tree.js";

type WithBody = Extract<DeclarationOutline, { readonly body: Body | null }>;

export class Reader {
  readonly #builder: Builder;
  /** Where the braces of definitions open. */
  readonly openings = new Map<Node, number>();
  #nextUnexpected = 0;

  constructor(
    readonly faults: Faults,
    readonly marks: Landmarks,
    readonly unexpected: readonly IToken[],
  ) {
    this.#builder = new Builder(faults);
  }

  file(outlines: readonly DeclarationOutline[]): File {
    const found: Declaration[] = [];
    let first: Edition | null = null;
    if (outlines[0]?.kind !== "edition") this.#missingEdition();
    outlines.forEach((outline, i) => {
      if (outline.kind === "edition") {
        const read = this.#edition(outline.head, i === 0);
        if (i === 0) first = read;
      } else if (outline.kind === "definition") found.push(this.#definition(outline));
      else if ("body" in outline) found.push(this.#recipe(outline));
      else if (outline.kind === "import") found.push(...this.#import(outline.head));
      else found.push(this.#broken(outline.head, null));
    });
    for (const declaration of found) this.#markBlank(declaration);
    return { kind: "file", span: this.faults.span(0, this.faults.text.length), edition: first, declarations: found };
  }

  /** Notes on declarations and members that a blank line stands above them. */
  #markBlank(node: Declaration | Member): void {
    if (blankAbove(this.faults.text, node.span.start)) Object.assign(node, { blankBefore: true });
    if ("members" in node) for (const member of node.members) this.#markBlank(member);
  }

  #missingEdition(): void {
    const first = this.marks.tokens[0];
    const start = this.faults.text.startsWith("\uFEFF") ? 1 : 0;
    const at = first === undefined ? this.faults.span(start, start) : this.faults.over(first);
    this.faults.report(editionCode, at, "the file does not begin with its edition", {
      label: first === undefined ? "the file is empty" : "`fcn 1` stands before everything else",
      help: ["write `fcn 1` in the first line"],
      fixes: [{ title: "insert `fcn 1`", span: this.faults.span(start, start), replacement: "fcn 1\n\n" }],
    });
  }

  #edition(part: Part, isFirst: boolean): Edition | null {
    const piece = this.#piece(part);
    const [word, number] = piece.tokens;
    if (word === undefined) return null;
    const last = piece.tokens[piece.tokens.length - 1] ?? word;
    const at = this.faults.over(word, last);
    if (!isFirst) {
      this.faults.report(editionCode, at, "the edition stands in the first line alone", {
        label: "something stands before it",
        help: ["move it to the first line, or leave it out if the file begins with it"],
      });
      return null;
    }
    if (part.fault !== null) return null;
    if (word.tokenType !== t.Fcn) {
      const near = nearest(word.image, ["fcn"]) !== null;
      this.faults.report(editionCode, at, "the file does not begin with its edition", {
        label: near ? "did you mean `fcn 1`?" : "the edition comes first",
        help: ["write `fcn 1` in the first line"],
      });
      return null;
    }
    const { cst } = parsePart(edition.head, piece.tokens);
    if (cst === null || number?.image !== "1") {
      const message =
        cst === null ? `expected an edition after \`fcn\`` : `edition ${quote(number?.image ?? "")} is not known`;
      this.faults.report(editionCode, at, message, {
        label: "the edition of the language",
        help: ["this compiler knows edition 1: write `fcn 1`"],
      });
      return null;
    }
    return this.#builder.edition(cst);
  }

  #import(part: Part): readonly Declaration[] {
    const piece = this.#piece(part);
    const cst = this.#parse(declarations.import.head, piece);
    if (cst !== null) return [this.#builder.import(cst)];
    // Each name that it would have given stays known, so that its uses are not reported.
    const end = piece.tokens.findIndex((token, i) => i > 1 && [t.From, t.StringLiteral].includes(token.tokenType));
    const words = piece.tokens.slice(1, end === -1 ? undefined : end);
    const names = words.filter(
      (token, i) => t.isWord(token.tokenType) && token.tokenType !== t.As && words[i + 1]?.tokenType !== t.As,
    );
    return names.length === 0 ? [this.#broken(part, null)] : names.map((name) => this.#broken(part, name));
  }

  #definition(outline: WithBody): Declaration {
    const piece = this.#piece(outline.head);
    const cst = this.#parse(declarations.definition.head, piece);
    if (cst !== null) this.#demandBrace(outline, piece);
    const members: Member[] = [];
    for (const part of outline.body?.parts ?? [])
      members.push(...readMember(this.faults, this.#builder, this.#piece(part)));
    if (cst === null || outline.body === null) return this.#broken(outline.head, piece.tokens[1] ?? null, outline.body);
    const { kind, name, parameters } = this.#builder.definitionHead(cst);
    const span = this.#spanOf(outline.head, outline.body);
    const definition: Definition = { kind, span, documentation: [], name, parameters, members };
    this.openings.set(definition, this.marks.tokens[outline.head.end]?.startOffset ?? span.end);
    return definition;
  }

  #recipe(outline: WithBody): Declaration {
    const piece = this.#piece(outline.head);
    const { head, body } = declarations[outline.kind];
    const cst = this.#parse(head, piece);
    if (cst !== null && (body.required || outline.body !== null)) this.#demandBrace(outline, piece);
    const entries: Setting[] = [];
    for (const part of outline.body?.parts ?? []) {
      const entry = readEntry(this.faults, this.#builder, this.#piece(part));
      if (entry !== null) entries.push(entry);
    }
    if (cst === null) return this.#broken(outline.head, null, outline.body);
    const span = this.#spanOf(outline.head, outline.body);
    const { name, recipe, target } = this.#builder.heading(cst);
    const settings = outline.body === null ? null : this.#settings(outline.head, outline.body, entries);
    if (target !== null) return { kind: "target", span, documentation: [], target, net: name, settings };
    if (settings === null) return this.#broken(outline.head, null);
    return { kind: "train", span, documentation: [], net: name, recipe, settings };
  }

  #settings(head: Part, body: Body, entries: readonly Setting[]): Settings {
    const start = this.marks.tokens[head.end]?.startOffset ?? body.end;
    return { kind: "settings", span: this.faults.span(start, Math.max(start, body.end)), entries, multiline: true };
  }

  #demandBrace(outline: WithBody, head: Piece): void {
    if (outline.body?.opened) return;
    const last = head.tokens[head.tokens.length - 1];
    if (last === undefined) return;
    this.faults.report(syntax, this.faults.over(last), `expected \`{\` after ${quote(last.image)}`, {
      label: "a body in braces follows this",
      help: ["write `{` here, and `}` where it ends"],
    });
  }

  #parse(rule: PartRule, piece: Piece): CstNode | null {
    if (piece.fault !== null) return null;
    const { cst, error } = parsePart(rule, piece.tokens);
    if (error !== null && !piece.suspect) reportParserError(this.faults, piece.tokens, error);
    return cst;
  }

  /** Parts are asked for in the order of the text, so that each unexpected character is looked at once. */
  #piece(part: Part): Piece {
    const { tokens } = this.marks;
    const before = tokens[part.start - 1];
    const start = before === undefined ? 0 : endOf(before);
    const end = tokens[part.end]?.startOffset ?? this.faults.text.length;
    while ((this.unexpected[this.#nextUnexpected]?.startOffset ?? Infinity) < start) this.#nextUnexpected++;
    return {
      tokens: tokens.slice(part.start, part.end),
      fault: part.fault === null ? null : part.fault - part.start,
      suspect: (this.unexpected[this.#nextUnexpected]?.startOffset ?? Infinity) < end,
      startsLine: (i) => this.marks.startsLine(part.start + i),
    };
  }

  #spanOf(head: Part, body: Body | null = null) {
    const first = this.marks.tokens[head.start];
    const last = this.marks.tokens[Math.max(head.start, head.end - 1)];
    const end = last === undefined ? this.faults.text.length : endOf(last);
    return this.faults.span(first?.startOffset ?? 0, Math.max(end, body?.end ?? 0));
  }

  #broken(head: Part, name: IToken | null, body: Body | null = null): Broken {
    const given = name !== null && t.isWord(name.tokenType) ? name : null;
    return {
      kind: "broken",
      span: this.#spanOf(head, body),
      name: given === null ? null : { kind: "name", span: this.faults.over(given), text: given.image },
    };
  }
}
