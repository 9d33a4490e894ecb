/**
 * The words and marks of the language. The lexer never fails: what no token begins with is a token too (`unexpected`),
 * and so are malformed numbers and strings, so that each gets a message of its own and the text around it is parsed.
 */
import { createToken, Lexer, type IToken, type TokenType } from "chevrotain";

/** Every name-like token: legal as a key, as the name of an argument, after a dot and in an import. */
export const Word = createToken({ name: "Word", pattern: Lexer.NA });
/** A word that starts a member, or a constant: no layer can have its name. */
export const Reserved = createToken({ name: "Reserved", pattern: Lexer.NA, categories: [Word] });
export const Identifier = createToken({ name: "Identifier", pattern: /[A-Za-z_]\w*/, categories: [Word] });

export const Comparison = createToken({ name: "Comparison", pattern: Lexer.NA });
export const Additive = createToken({ name: "Additive", pattern: Lexer.NA });
export const Multiplicative = createToken({ name: "Multiplicative", pattern: Lexer.NA });

const reserved = (word: string): TokenType =>
  createToken({ name: word, pattern: word, longer_alt: Identifier, categories: [Reserved] });
/** A word with a meaning in its place alone: everywhere else it is a name like any other. */
const contextual = (word: string, ...categories: TokenType[]): TokenType =>
  createToken({ name: word, pattern: word, longer_alt: Identifier, categories: [Identifier, ...categories] });
const mark = (name: string, text: string, ...categories: TokenType[]): TokenType =>
  createToken({ name, pattern: text, categories });

export const Net = reserved("net");
export const Backbone = reserved("backbone");
export const Block = reserved("block");
export const Input = reserved("input");
export const Output = reserved("output");
export const Tap = reserved("tap");
export const Let = reserved("let");
export const Expect = reserved("expect");
export const Return = reserved("return");
export const True = reserved("true");
export const False = reserved("false");

export const Fcn = contextual("fcn");
export const Import = contextual("import");
export const From = contextual("from");
export const As = contextual("as");
export const Train = contextual("train");
export const Target = contextual("target");
export const For = contextual("for");
export const At = contextual("at");
export const Stride = contextual("stride");
export const Mod = contextual("mod", Multiplicative);

export const Arrow = mark("Arrow", "->");
export const Equals = mark("Equals", "=");
export const Colon = mark("Colon", ":");
export const Comma = mark("Comma", ",");
export const Dot = mark("Dot", ".");
export const LeftBrace = mark("LeftBrace", "{");
export const RightBrace = mark("RightBrace", "}");
export const LeftBracket = mark("LeftBracket", "[");
export const RightBracket = mark("RightBracket", "]");
export const LeftParenthesis = mark("LeftParenthesis", "(");
export const RightParenthesis = mark("RightParenthesis", ")");
export const Minus = mark("Minus", "-", Additive);
const marks = [
  mark("EqualTo", "==", Comparison),
  mark("NotEqualTo", "!=", Comparison),
  mark("AtLeast", ">=", Comparison),
  mark("AtMost", "<=", Comparison),
  mark("Greater", ">", Comparison),
  mark("Less", "<", Comparison),
  mark("Plus", "+", Additive),
  mark("Times", "*", Multiplicative),
  mark("Divide", "/", Multiplicative),
];

/** What begins like a number and is none: `12abc`, `3.`, `2x3x4`. */
export const BadNumber = createToken({ name: "BadNumber", pattern: /\d[\w.]*/ });
/** `.5` */
export const BareFraction = createToken({ name: "BareFraction", pattern: /\.\d[\w.]*/ });
export const Extent = createToken({ name: "Extent", pattern: /\d+x\d+/, longer_alt: BadNumber });
export const Factor = createToken({ name: "Factor", pattern: /\d[\d_]*(?:\.\d+)?x/, longer_alt: BadNumber });
export const NumberLiteral = createToken({
  name: "NumberLiteral",
  pattern: /\d[\d_]*(?:\.\d[\d_]*)?(?:[eE][+-]?\d+)?/,
  longer_alt: BadNumber,
});

/** A string, or what is left of one up to the end of the line: see `isClosed`. */
export const StringLiteral = createToken({
  name: "StringLiteral",
  // By hand: a regular expression overflows its stack on a string of some megabytes.
  pattern: (text, offset) => {
    if (text.charCodeAt(offset) !== 0x22) return null;
    for (let i = offset + 1; ; i++) {
      const unit = text.charCodeAt(i);
      if (unit === 0x22) return [text.slice(offset, i + 1)];
      if (Number.isNaN(unit) || unit === 0x0a || unit === 0x0d) return openString(text.slice(offset, i));
      const next = text.charCodeAt(i + 1);
      if (unit === 0x5c && !Number.isNaN(next) && next !== 0x0a && next !== 0x0d) i++;
    }
  },
  start_chars_hint: ['"'],
  line_breaks: false,
});

function openString(image: string): [string] & { payload: "open" } {
  const match: [string] = [image];
  return Object.assign(match, { payload: "open" as const });
}

/** False for a string that its line ends. */
export const isClosed = (token: IToken): boolean => token.payload !== "open";

const WhiteSpace = createToken({ name: "WhiteSpace", pattern: /[ \t\r\n]+/, group: Lexer.SKIPPED });
const Comment = createToken({ name: "Comment", pattern: /\/\/[^\n\r]*/, group: "comments" });
/** To the end of the file where it is not closed, so that it is scanned once. */
const BlockComment = createToken({
  name: "BlockComment",
  pattern: /\/\*[\s\S]*?(?:\*\/|$)/,
  group: "unexpected",
  line_breaks: true,
});
const Unexpected = createToken({
  name: "Unexpected",
  // Not as a complement, which would cost the lexer its jump table.
  // oxlint-disable-next-line no-control-regex
  pattern: /[\x00-\x08\x0b\x0c\x0e-\x1f!#$%&';?@\\^`|~\x7f-\uffff]+/,
  group: "unexpected",
});

const reservedWords = [Net, Backbone, Block, Input, Output, Tap, Let, Expect, Return, True, False];

/** What no layer and no net can be called. */
export const reservedNames: ReadonlySet<string> = new Set(reservedWords.map(({ name }) => name));
const contextualWords = [Fcn, Import, From, As, Train, Target, For, At, Stride, Mod];

/** In the order in which they are tried: the longer of two with one beginning comes first. */
export const vocabulary: TokenType[] = [
  WhiteSpace,
  Comment,
  BlockComment,
  ...reservedWords,
  ...contextualWords,
  Identifier,
  StringLiteral,
  Extent,
  Factor,
  NumberLiteral,
  BadNumber,
  BareFraction,
  Arrow,
  ...marks.slice(0, 4),
  Equals,
  ...marks.slice(4),
  Minus,
  Colon,
  Comma,
  Dot,
  LeftBrace,
  RightBrace,
  LeftBracket,
  RightBracket,
  LeftParenthesis,
  RightParenthesis,
  Unexpected,
  Word,
  Reserved,
  Comparison,
  Additive,
  Multiplicative,
];

const reservedSet = new Set(reservedWords);
const words = new Set([Identifier, ...reservedWords, ...contextualWords]);
const comparisons = new Set(marks.slice(0, 6));
const operators = new Set([...marks, Minus]);

export const isWord = (type: TokenType | undefined): boolean => type !== undefined && words.has(type);
export const isReserved = (type: TokenType | undefined): boolean => type !== undefined && reservedSet.has(type);
export const isName = (type: TokenType | undefined): boolean => isWord(type) && !isReserved(type);
export const isComparison = (type: TokenType | undefined): boolean => type !== undefined && comparisons.has(type);
export const isOperator = (type: TokenType | undefined): boolean => type !== undefined && operators.has(type);

let lexer: Lexer | null = null;

export interface Tokens {
  readonly tokens: IToken[];
  /** Comments and documentation, in the order of the text. */
  readonly comments: readonly IToken[];
  /** Runs of characters that begin no token, and block comments. */
  readonly unexpected: readonly IToken[];
}

/** Cuts a text into tokens; a byte order mark at its start is passed over. */
export function tokenize(text: string): Tokens {
  lexer ??= new Lexer(vocabulary, { positionTracking: "onlyOffset", ensureOptimizations: true, skipValidations: true });
  const { tokens, groups } = lexer.tokenize(text.startsWith("\uFEFF") ? ` ${text.slice(1)}` : text);
  return { tokens, comments: groups["comments"] ?? [], unexpected: groups["unexpected"] ?? [] };
}
