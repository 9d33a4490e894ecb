/** What is said of brackets without a partner, and of what they leave stranded. */
import type { IToken, TokenType } from "chevrotain";
import { nearest } from "../src/diagnostics/suggest.js";
import { nesting, partSize, syntax, unclosed as unclosedCode } from "./codes.js";
import { quote, type Faults } from "./faults.js";
import { declarations, edition, spelling, type DeclarationKind } from "./parts.js";
import * as t from "./tokens.js";

const partners: Readonly<Record<string, string>> = { "(": ")", "[": "]", "{": "}" };

const partnerOf = ({ image }: IToken): string | undefined =>
  Object.entries(partners).find(([, closer]) => closer === image)?.[0];

/** Brackets that nothing closes, outermost first; `next` is where it was noticed, undefined at the end of the file. */
export function unclosed(faults: Faults, open: readonly IToken[], next: IToken | undefined): void {
  const innermost = open[open.length - 1];
  if (innermost === undefined || (next === undefined && faults.cutShort)) return;
  const closer = partners[innermost.image] ?? "";
  const end = faults.text.trimEnd().length;
  faults.report(unclosedCode, faults.over(innermost), `${quote(innermost.image)} is never closed`, {
    label: `this ${quote(innermost.image)} waits for its ${quote(closer)}`,
    related: [
      ...open.slice(0, -1).map((token) => ({ span: faults.over(token), message: "and so does this one" })),
      next === undefined
        ? { span: faults.span(Math.max(0, end - 1), end), message: "the file ends here" }
        : { span: faults.over(next), message: `it is still open at this ${quote(next.image)}` },
    ],
    help: [
      next === undefined
        ? `write ${quote(closer)} at the end`
        : `write ${quote(closer)} before this ${quote(next.image)}`,
    ],
  });
}

/** A closing bracket, or a run of them, that nothing opened. */
export function unopened(faults: Faults, first: IToken, last: IToken = first): void {
  const opener = partnerOf(first) ?? "";
  faults.report(unclosedCode, faults.over(first, last), `${quote(first.image)} closes nothing`, {
    label: `no ${quote(opener)} is open here`,
    help: [`leave it out, or open ${quote(opener)} before it`],
  });
}

/** What follows a setting or a value that stands alone. */
export function afterTheEnd(faults: Faults, next: IToken): void {
  if (partnerOf(next) !== undefined) {
    unopened(faults, next);
    return;
  }
  faults.report(syntax, faults.over(next), `unexpected ${quote(next.image)}`, {
    label: "one setting stands here alone",
    help: ["give each setting an option of its own"],
  });
}

/** A closing bracket of another shape than the one that is open. */
export function mismatched(faults: Faults, open: IToken, close: IToken): void {
  const expected = quote(partners[open.image] ?? "");
  faults.report(unclosedCode, faults.over(close), `${quote(open.image)} is closed by ${quote(close.image)}`, {
    label: `expected ${expected}`,
    related: [{ span: faults.over(open), message: "this is what it would close" }],
    help: [`write ${expected}`],
  });
}

export function tooDeep(faults: Faults, token: IToken, limit: number): void {
  faults.report(nesting, faults.over(token), `brackets are nested more than ${limit} deep`, {
    label: `this is number ${limit + 1}`,
    help: ["give inner parts a line and a name of their own"],
  });
}

export function tooLong(faults: Faults, first: IToken, limit: number): void {
  faults.report(partSize, faults.over(first), `this member is longer than ${limit} words and marks`, {
    label: "it starts here",
    help: ["keep data in a file of its own, and name the file"],
  });
}

/** A member after the brace that closed its net. */
export function outsideOfNet(faults: Faults, member: IToken, brace: IToken): void {
  faults.report(syntax, faults.over(member), `${quote(member.image)} stands outside of any net`, {
    label: "the members of a net stand between its braces",
    related: [{ span: faults.over(brace), message: "the net is closed here" }],
    help: ["leave out this `}`, or move the member into the net"],
  });
}

type Declared = Exclude<DeclarationKind, "import">;
/** The words that begin a declaration, and which it is where it has a body. */
const declared = new Map<string, Declared | null>(
  (Object.keys(declarations) as DeclarationKind[]).flatMap((kind) =>
    declarations[kind].begins.map((type) => [spelling(type), kind === "import" ? null : kind] as const),
  ),
).set(spelling(edition.begins), null);
const shapes: readonly [RegExp, string][] = [
  [/^(model|network|graph|module|fn|def|class|function)$/i, "`net name { ... }` declares a net"],
  [/^(layer|cell|macro|component)$/i, "`block name(x: node) { ... }` declares a reusable piece"],
  [/^(use|include|require|from)$/i, '`import name from "file.fcn"` takes a declaration from another file'],
];

/** Reports what stands where a declaration is expected, and says which kind was meant where it has a body to keep. */
export function strayDeclaration(faults: Faults, tokens: readonly IToken[], start: number): Declared | null {
  const [token, name, third] = [tokens[start], tokens[start + 1], tokens[start + 2]];
  if (token === undefined) return null;
  const at = faults.over(token);
  const word = t.isWord(token.tokenType) ? token.image : "";
  if (word !== "" && t.isWord(name?.tokenType)) {
    const meant = nearest(word, declared.keys());
    if (meant !== null) {
      faults.report(syntax, at, `${quote(word)} is not a declaration; did you mean \`${meant}\`?`, {
        label: "no declaration starts with this word",
        help: [`write \`${meant}\``],
        fixes: [{ title: `replace it by \`${meant}\``, span: at, replacement: meant }],
      });
      return opensBody(third?.tokenType) ? (declared.get(meant) ?? null) : null;
    }
  }
  // What is no declaration in the place of the edition is reported as a missing edition.
  if (start === 0) return null;
  const hint = shapes.find(([pattern]) => pattern.test(word))?.[1];
  const member = t.isReserved(token.tokenType) || name?.tokenType === t.Equals;
  faults.report(syntax, at, `expected a declaration, found ${quote(token.image)}`, {
    label: member ? "this belongs inside a net, backbone or block" : "no declaration starts like this",
    help: [
      member
        ? "open a net before it: `net name {`"
        : (hint ?? "a file holds `import`, `net`, `backbone`, `block`, `train` and `target`"),
    ],
  });
  return hint !== undefined && t.isWord(name?.tokenType) && opensBody(third?.tokenType) ? "definition" : null;
}

const opensBody = (type: TokenType | undefined): boolean =>
  type === t.LeftBrace || type === t.LeftParenthesis || type === t.For || type === t.As;
