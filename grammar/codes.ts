/** The codes of faults that are found while a text is read, each with its page. */
import type { Code } from "../src/diagnostics/diagnostic.js";

/** A whole file around some lines of a net. */
const file = (...lines: string[]): string =>
  ["fcn 1", "", "net edges {", ...lines.map((line) => `  ${line}`), "}", ""].join("\n");

const mended = file("input image: rgb[H, W, 3]", "edge = conv(1, 3, pad: 1)", "output edge");

export const syntax: Code = {
  code: "syntax",
  severity: "error",
  summary: "The text is not a sentence of the language.",
  explanation: `A file is the edition line (\`fcn 1\`), then imports, nets, backbones, blocks, recipes (\`train\`) and targets.
Inside a net every member starts with \`input\`, \`output\`, \`tap\`, \`let\`, \`expect\` or \`return\`, or with a name and \`=\`.

Three marks have three meanings: \`=\` names a layer, \`->\` carries data, \`:\` sets a value. A fault spoils the member in
which it stands and no other: the members after it are read and checked.`,
  example: {
    failing: file("input image: rgb[H, W, 3]", "edge = image ->", "output edge"),
    mended: file("input image: rgb[H, W, 3]", "edge = image -> conv(1, 3, pad: 1)", "output edge"),
  },
};

export const edition: Code = {
  code: "edition",
  severity: "error",
  summary: "A file begins with the edition of the language in which it is written.",
  explanation: `The first line of every file is \`fcn 1\`. A later edition of the language may give old words a new meaning; the line
keeps files that were written before it valid.`,
  example: { failing: mended.slice("fcn 1\n\n".length), mended },
};

export const reservedName: Code = {
  code: "reserved-name",
  severity: "error",
  summary: "A word that starts a member names a layer.",
  explanation: `\`net\`, \`backbone\`, \`block\`, \`input\`, \`output\`, \`tap\`, \`let\`, \`expect\`, \`return\`, \`true\` and \`false\` cannot name layers,
parameters or constants: members are told apart by the word with which they start. They may be keys of settings, names of
arguments, and parts of a name after a dot.`,
  example: {
    failing: file("input image: rgb[H, W, 3]", "output = conv(1, 3, pad: 1)", "output edge"),
    mended,
  },
};

export const nestedFlow: Code = {
  code: "nested-flow",
  severity: "error",
  summary: "Data flows inside an argument or a setting.",
  explanation: `\`->\` stands in the statement of a layer alone, so that every map of a net has a name under which it can be tapped,
cropped and loaded. Give the inner flow a line of its own and name it in the argument.`,
  example: {
    failing: file(
      "input image: rgb[H, W, 3]",
      "part = conv(1, 3, pad: 1)",
      "edge = sum(part, image -> conv(1, 1))",
      "output edge",
    ),
    mended: file(
      "input image: rgb[H, W, 3]",
      "part = conv(1, 3, pad: 1)",
      "side = image -> conv(1, 1)",
      "edge = sum(part, side)",
      "output edge",
    ),
  },
};

export const unclosed: Code = {
  code: "unclosed",
  severity: "error",
  summary: "A bracket or a string is opened and never closed, or a bracket is closed that was never opened.",
  explanation: `Every \`(\`, \`[\` and \`{\` needs its partner of the same shape; a string ends with \`"\` on the line on which it starts. Where a
bracket is open when a line like \`name = ...\` begins, that line is taken as the next member: no \`=\` can stand in brackets.`,
  example: {
    failing: file("input image: rgb[H, W, 3]", "edge = conv(1, 3, pad: 1", "output edge"),
    mended,
  },
};

export const nesting: Code = {
  code: "nesting",
  severity: "error",
  summary: "Brackets or operators are nested too deeply.",
  explanation: `Brackets may nest ${100} deep and a value may join as many operands. No net needs more; the limit keeps a broken or hostile
file from exhausting the compiler.`,
  example: {
    failing: file(
      "input image: rgb[H, W, 3]",
      `edge = conv(${"(".repeat(101)}1${")".repeat(101)}, 3, pad: 1)`,
      "output edge",
    ),
    mended,
  },
};

export const partSize: Code = {
  code: "member-size",
  severity: "error",
  summary: "One member is longer than any that is meant.",
  explanation: `A member of a net, or an entry of a recipe, holds at most 100,000 words, marks and numbers. Weights and palettes of such
length belong into files of their own, which a spec names.`,
  example: null,
};

export const numberRange: Code = {
  code: "number-range",
  severity: "error",
  summary: "A number is beyond what can be computed exactly or held at all.",
  explanation: `Whole numbers reach to 9007199254740991 (2^53 - 1), others from about 1e-308 to 1e308, and no number is written with more
than 40 digits.`,
  example: {
    failing: file("input image: rgb[H, W, 3]", "edge = conv(1, 3, pad: 1e999)", "output edge"),
    mended,
  },
};

export const badNumber: Code = {
  code: "number",
  severity: "error",
  summary: "What begins like a number is not one.",
  explanation: `Numbers are \`64\`, \`100_000\`, \`0.5\` and \`1e-10\`; a factor is \`2x\`, a height by a width \`3x5\`. A digit stands on both sides
of a decimal point and of every \`_\`. Names begin with a letter.`,
  example: {
    failing: file("input image: rgb[H, W, 3]", "edge = dropout(.5)", "output edge"),
    mended: file("input image: rgb[H, W, 3]", "edge = dropout(0.5)", "output edge"),
  },
};

export const unexpectedCharacter: Code = {
  code: "unexpected-character",
  severity: "error",
  summary: "A character has no meaning in the language.",
  explanation: `Names are made of the letters a to z, digits and \`_\`. Anything may be written in comments (\`//\`), and anything but control
characters in strings, which stand in double quotes.`,
  example: {
    failing: file("input image: rgb[H, W, 3];", "edge = conv(1, 3, pad: 1)", "output edge"),
    mended,
  },
};

export const escape: Code = {
  code: "escape",
  severity: "error",
  summary: "A backslash in a string is followed by something it does not go with.",
  explanation: `The escapes are \`\\"\`, \`\\\\\`, \`\\n\`, \`\\t\` and \`\\u{1F600}\` (a character by its hexadecimal number). Paths are written with
forward slashes on every system.`,
  example: {
    failing: file(
      "input image: rgb[H, W, 3]",
      "edge = conv(1, 3, pad: 1)",
      'output edge { labels: "C:\\data\\edge.labels" }',
    ),
    mended: file(
      "input image: rgb[H, W, 3]",
      "edge = conv(1, 3, pad: 1)",
      'output edge { labels: "data/edge.labels" }',
    ),
  },
};

export const syntaxCodes: readonly Code[] = [
  syntax,
  edition,
  reservedName,
  nestedFlow,
  unclosed,
  nesting,
  partSize,
  badNumber,
  numberRange,
  unexpectedCharacter,
  escape,
];
