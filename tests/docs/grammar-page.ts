/** The page of the grammar, made from the parser and the tokens themselves. */
import { Lexer, type ISerializedGast, type TokenType } from "chevrotain";
import { FcnParser } from "../../grammar/parser.js";
import { declarations, edition, entry, namedMember, wordMembers, type DeclarationShape } from "../../grammar/parts.js";
import { Identifier, vocabulary } from "../../grammar/tokens.js";
import { production, ruleName, used } from "./ebnf.js";

/** How a file is cut into the parts that the rules parse: from the table by which fcnc cuts and reads it. */
export function outline(): string {
  const shapes = Object.entries<DeclarationShape>(declarations);
  const bodies = shapes.flatMap(([kind, { head, body }]): [string, string][] => {
    if (!body) return [];
    const braces = `"{" ${body.holds === "member" ? "member" : entry}* "}"`;
    return [[kind, `${head} ${body.required ? braces : `( ${braces} )?`}`]];
  });
  const productions: [string, string][] = [
    ["file", `${edition.head} ( ${shapes.map(([kind, { head, body }]) => (body ? kind : head)).join(" | ")} )*`],
    ...bodies,
    ["member", [...wordMembers.values(), namedMember].join(" | ")],
  ];
  const width = Math.max(...productions.map(([name]) => name.length));
  return productions.map(([name, text]) => `${name.padEnd(width)} ::= ${text}`).join("\n");
}

export function grammarRules(): ISerializedGast[] {
  return new FcnParser(true).getSerializedGastProductions();
}

/** Names of rules that neither the outline nor another rule uses: there should be none. */
export function unusedRules(): string[] {
  const rules = grammarRules();
  const inOutline = new Set(outline().match(/\w+/g));
  const inRules = new Set(rules.flatMap(({ definition = [] }) => definition.flatMap(used)));
  return rules.map(ruleName).filter((name) => !inOutline.has(name) && !inRules.has(name));
}

export function grammarPage(): string {
  const rules = grammarRules();
  const width = Math.max(...rules.map((rule) => ruleName(rule).length));
  return `# The grammar

This page is made from the parser that fcnc runs, and tests hold it to what fcnc reads: \`npm run golden\` writes it anew.

\`?\` is once or not at all, \`*\` any number of times, \`+\` at least once, \`|\` a choice. Words and marks stand in
quotes; names that begin with a capital are tokens, explained below.

## A file

\`\`\`ebnf
${outline()}
\`\`\`

Parts need no separators between them. A comma after the last item of a list is allowed everywhere.

## The parts

\`\`\`ebnf
${rules.map((rule) => production(rule, width)).join("\n")}
\`\`\`

Where two of these could be meant, the text decides as one reads it: a name before a colon is the name of an argument,
braces after \`vgg.fc7\` do not belong to it, and a key \`mod\` in settings begins a new setting.

## Tokens

${tokenTable()}

Tokens are separated by white space, which is otherwise without meaning. \`//\` starts a comment that ends with its line;
\`///\` before a definition documents it.
`;
}

const meanings: Readonly<Record<string, string>> = {
  Word: "any word at all: the key of a setting, the name of an argument, what stands after a dot",
  Reserved: "begins a part, or is a constant: no layer can have such a name",
  Identifier: "a name; words with a meaning in one place alone are names everywhere else",
  StringLiteral: "text in double quotes on one line; a backslash takes the character after it as it is",
  Extent: "height and width",
  Factor: "a factor",
  NumberLiteral: "a number; underscores group its digits",
  Comparison: "how two values compare",
  Additive: "what adds",
  Multiplicative: "what multiplies",
};

const examples: Readonly<Record<string, string>> = {
  Word: "every `Identifier`, every `Reserved`",
  Identifier: "`conv1_1`",
  StringLiteral: '`"voc.labels"`',
  Extent: "`3x5`",
  Factor: "`32x`, `0.5x`",
  NumberLiteral: "`19`, `100_000`, `1e-10`",
};

function tokenTable(): string {
  const rows = vocabulary
    .filter((token) => meanings[token.name] !== undefined)
    .map((token) => `| \`${token.name}\` | ${meanings[token.name]} | ${examples[token.name] ?? membersOf(token)} |`);
  const contextual = `Words that are names in every other place: ${membersOf(Identifier)}.`;
  return `| token | what it is | such as |\n| --- | --- | --- |\n${rows.join("\n")}\n\n${contextual}`;
}

/** The words and marks of a category, each as it is written. */
function membersOf(category: TokenType): string {
  const members = vocabulary.filter((token) => token.CATEGORIES?.includes(category) && token.PATTERN !== Lexer.NA);
  const written = members.flatMap(({ PATTERN }) => (typeof PATTERN === "string" ? [`\`${PATTERN}\``] : []));
  return written.length > 0 ? written.join(", ") : members.map(({ name }) => `\`${name}\``).join(", ");
}
