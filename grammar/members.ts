/** One member of a net, or entry of a recipe: which rule reads it, and what is left of it where none does. */
import type { IToken, TokenType } from "chevrotain";
import { nearest } from "../src/diagnostics/suggest.js";
import type { Builder } from "./build.js";
import { reservedName, syntax } from "./codes.js";
import { quote, type Faults } from "./faults.js";
import { reportParserError } from "./messages.js";
import { parsePart, type PartRule } from "./parser.js";
import { entry, namedMember, spelling, wordMembers } from "./parts.js";
import * as t from "./tokens.js";
import type { Broken, Member, Setting } from "./tree.js";

const memberWords = [...wordMembers.keys()].map(spelling);

/** A part to be read: its tokens, and whether a fault in it was reported already. */
export interface Piece {
  readonly tokens: IToken[];
  /** The token of a fault that was reported, and keeps it from being parsed. */
  readonly fault: number | null;
  /** Characters were left out of it: it may parse, and where it does not the reason is known. */
  readonly suspect: boolean;
  startsLine(i: number): boolean;
}

/** The member that a piece spells, and what follows it where a fault begins on a later line. */
export function readMember(faults: Faults, builder: Builder, piece: Piece): readonly Member[] {
  const { tokens } = piece;
  const [first, last] = [tokens[0], tokens[tokens.length - 1]];
  if (first === undefined || last === undefined) return [];
  if (faults.exhausted) return [brokenMember(faults, tokens)];
  const known = piece.suspect || piece.fault !== null;
  const rule = ruleOf(tokens);
  if (rule === null) {
    if (!known) reportUnknown(faults, tokens);
    return [brokenMember(faults, tokens)];
  }
  const { cst, error } = piece.fault === null ? parsePart(rule, tokens) : { cst: null, error: null };
  if (cst !== null) return [builder.member(rule, cst, first, last)];
  const faulty = piece.fault ?? tokens.findIndex((token) => token === error?.token);
  const cut = lineOf(piece, faulty === -1 ? tokens.length - 1 : faulty);
  const before = tokens.slice(0, cut);
  const lastBefore = before[before.length - 1];
  const whole = lastBefore === undefined ? null : parsePart(rule, before);
  if (!known && error !== null) {
    if (whole?.cst && cut === faulty) reportUnknown(faults, tokens.slice(cut));
    else reportParserError(faults, tokens, error);
  }
  if (lastBefore === undefined || !whole?.cst) return [brokenMember(faults, tokens)];
  return [builder.member(rule, whole.cst, first, lastBefore), brokenMember(faults, tokens.slice(cut))];
}

/** An entry of a recipe or target, or null where it could not be read. */
export function readEntry(faults: Faults, builder: Builder, piece: Piece): Setting | null {
  if (piece.fault !== null || piece.tokens.length === 0 || faults.exhausted) return null;
  const { cst, error } = parsePart(entry, piece.tokens);
  if (cst !== null) return builder.values.setting(cst);
  if (!piece.suspect) reportParserError(faults, piece.tokens, error);
  return null;
}

/** The first token of the line on which a faulty token stands; 0 when that is the first line. */
function lineOf(piece: Piece, faulty: number): number {
  let cut = faulty;
  while (cut > 0 && !piece.startsLine(cut)) cut--;
  return cut;
}

function ruleOf(tokens: readonly IToken[]): PartRule | null {
  const [first, second] = [tokens[0], tokens[1]];
  if (second?.tokenType === t.Equals) return t.isName(first?.tokenType) ? namedMember : null;
  return (first && wordMembers.get(first.tokenType)) ?? null;
}

/** What is left of a member that could not be read: the name that it would have given. */
function brokenMember(faults: Faults, tokens: readonly IToken[]): Broken {
  const [first, second, third] = tokens;
  const last = tokens[tokens.length - 1];
  if (first === undefined || last === undefined) throw new Error("a part has tokens");
  const declares = first.tokenType === t.Input || first.tokenType === t.Let || third?.tokenType === t.Colon;
  const named = second?.tokenType === t.Equals ? first : declares ? second : undefined;
  const name = named !== undefined && t.isWord(named.tokenType) ? named : undefined;
  return {
    kind: "broken",
    span: faults.over(first, last),
    name: name === undefined ? null : { kind: "name", span: faults.over(name), text: name.image },
  };
}

/** What starts like no member. */
function reportUnknown(faults: Faults, tokens: readonly IToken[]): void {
  const [first, second] = [tokens[0], tokens[1]];
  if (first === undefined) return;
  const at = faults.over(first);
  const found = quote(first.image);
  const type = first.tokenType;
  if (second?.tokenType === t.Equals && t.isReserved(type)) {
    faults.report(reservedName, at, `${found} is a reserved word and cannot name a layer`, {
      label: "another name is needed here",
      help: [`use another name, such as \`${first.image}_1\``],
    });
    return;
  }
  if (type === t.Net || type === t.Backbone || type === t.Block) {
    faults.report(syntax, at, `a ${found} cannot stand inside another declaration`, {
      label: "declarations stand at the level of the file",
      help: ["close the braces above it, or move it below them"],
    });
    return;
  }
  const meant = t.isName(type) && t.isWord(second?.tokenType) ? nearest(first.image, memberWords) : null;
  if (meant !== null) {
    faults.report(syntax, at, `${found} starts no member; did you mean \`${meant}\`?`, {
      label: "no member starts with this word",
      help: [`write \`${meant}\``],
      fixes: [{ title: `replace it by \`${meant}\``, span: at, replacement: meant }],
    });
    return;
  }
  const { message, label, help } = unknown(type, second?.tokenType, found);
  faults.report(syntax, at, message, { label, help: [help] });
}

function unknown(type: TokenType, second: TokenType | undefined, found: string) {
  const quoted = memberWords.map((word) => `\`${word}\``);
  const member = `a member is \`name = ...\`, or starts with ${quoted.slice(0, -1).join(", ")} or ${quoted.at(-1)}`;
  if (type === t.Arrow) {
    return {
      message: "expected a layer after `->`",
      label: "nothing follows this",
      help: "write `-> relu` or `-> conv(64, 3)`",
    };
  }
  if (type === t.Equals) {
    return { message: "expected a name before `=`", label: "a layer needs a name", help: "write `name = conv(64, 3)`" };
  }
  if (
    t.isName(type) &&
    (second === t.LeftParenthesis || second === t.Arrow || second === t.Dot || second === t.LeftBrace)
  ) {
    return {
      message: `a layer without a name: ${found}`,
      label: "every layer of a net has a name",
      help: "write `name = ` before it",
    };
  }
  if (t.isName(type) && second === t.Colon) {
    return {
      message: `a setting cannot stand between members: ${found}`,
      label: "settings stand in braces after a layer",
      help: "write `let name: value` for a constant",
    };
  }
  return { message: `expected a member, found ${found}`, label: "no member starts like this", help: member };
}
