/**
 * What a file is made of: its parts, the words that begin each, the rule that reads it, and what its braces hold. The
 * outline cuts by this table, the reader reads by it, and the page of the grammar is written from it.
 */
import type { TokenType } from "chevrotain";
import type { PartRule } from "./parser.js";
import * as t from "./tokens.js";

export interface DeclarationShape {
  /** Any of these tokens begins it. */
  readonly begins: readonly TokenType[];
  readonly head: PartRule;
  /** What stands in braces after its head, and whether the braces must be there; null where none can. */
  readonly body: { readonly holds: "member" | "entry"; readonly required: boolean } | null;
}

/** The first line of a file. */
export const edition = { begins: t.Fcn, head: "editionLine" } as const;

/** What follows it, in any order and number. */
export const declarations = {
  import: { begins: [t.Import], head: "importLine", body: null },
  definition: {
    begins: [t.Net, t.Backbone, t.Block],
    head: "definitionHead",
    body: { holds: "member", required: true },
  },
  train: { begins: [t.Train], head: "trainHead", body: { holds: "entry", required: true } },
  target: { begins: [t.Target], head: "targetHead", body: { holds: "entry", required: false } },
} as const satisfies Readonly<Record<string, DeclarationShape>>;

export type DeclarationKind = keyof typeof declarations;

const kinds = new Map<TokenType, DeclarationKind>(
  (Object.keys(declarations) as DeclarationKind[]).flatMap((kind) =>
    declarations[kind].begins.map((type) => [type, kind] as const),
  ),
);

/** The declaration that a token begins. */
export function declarationOf(type: TokenType | undefined): DeclarationKind | null {
  return (type && kinds.get(type)) ?? null;
}

/** The members that begin with a word. */
export const wordMembers: ReadonlyMap<TokenType, PartRule> = new Map([
  [t.Input, "inputMember"],
  [t.Output, "outputMember"],
  [t.Tap, "tapMember"],
  [t.Let, "letMember"],
  [t.Expect, "expectMember"],
  [t.Return, "returnMember"],
]);

/** The member that begins with a name and `=`. */
export const namedMember = "layerMember" satisfies PartRule;

/** What the body of a recipe or target holds. */
export const entry = "setting" satisfies PartRule;

/** A word as it is written. */
export function spelling({ PATTERN, name }: TokenType): string {
  return typeof PATTERN === "string" ? PATTERN : name;
}
