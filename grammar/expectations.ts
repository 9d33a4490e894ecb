/** What the parser expected at the place where it stopped, in the words of the language. */
import type { IParserErrorMessageProvider } from "chevrotain";

/** Chevrotain's messages list token paths. Ours are made elsewhere, from the name of what was expected. */
export const expectations: IParserErrorMessageProvider = {
  buildMismatchTokenMessage: ({ expected, ruleName }) => `${ruleName} ${expected.name}`,
  buildNotAllInputParsedMessage: () => "end",
  buildNoViableAltMessage: ({ ruleName }) => `${ruleName} alternative`,
  buildEarlyExitMessage: ({ ruleName }) => `${ruleName} more`,
};

export interface Expectation {
  /** "a layer" */
  readonly what: string;
  /** A way out, where a shape helps. */
  readonly help?: string;
}

const value: Expectation = {
  what: "a value",
  help: 'values are `64`, `2x`, `3x5`, `"text"`, `true`, names, lists and calls',
};
const path: Expectation = {
  what: "a path in double quotes",
  help: 'write `import vgg16 from "fcnc/backbones/vgg16.fcn"`',
};
const referenced: Expectation = { what: "the name of a layer", help: "a dot leads into a network: `vgg.pool4`" };

/** By rule and token, as the provider above names them. */
const table: Readonly<Record<string, Expectation>> = {
  "editionLine NumberLiteral": { what: "the number of an edition", help: "write `fcn 1`" },
  "importName Word": { what: "the name to import", help: 'write `import vgg16 from "fcnc/backbones/vgg16.fcn"`' },
  "importName Identifier": { what: "a new name" },
  "importLine from": { what: "`from` and a path", help: 'write `import vgg16 from "fcnc/backbones/vgg16.fcn"`' },
  "importLine StringLiteral": path,
  "definitionHead Identifier": { what: "a name", help: "names are made of the letters a to z, digits and `_`" },
  "parameters RightParenthesis": {
    what: "`,` or `)`",
    help: "parameters are written `(classes: int = 21, deep: node)`",
  },
  "parameter Identifier": { what: "a parameter", help: "parameters are written `classes: int = 21`" },
  "parameter Colon": { what: "`:` and a type", help: "parameters are written `classes: int = 21`" },
  "trainHead Identifier": { what: "the name of the net to train", help: "write `train net_name { ... }`" },
  "targetHead Identifier": { what: "a name", help: "write `target web for net_name`" },
  "targetHead for": { what: "`for` and the name of a net", help: "write `target web for net_name`" },
  "inputMember Identifier": { what: "a name", help: "write `input image: rgb[H, W, 3]`" },
  "inputMember Colon": { what: "`:` and a format", help: "write `input image: rgb[H, W, 3]`" },
  "list LeftBracket": { what: "the dimensions", help: "write `rgb[H, W, 3]`: height, width, channels" },
  "list RightBracket": { what: "`,` or `]`" },
  "reference Identifier": referenced,
  "tapMember stride": { what: "`stride` and a number", help: "write `tap pool4 at stride 16`" },
  "letMember Identifier": { what: "the name of a constant", help: "write `let width: 64`" },
  "letMember Colon": { what: "`:` and a value", help: "write `let width: 64`" },
  "head Identifier": {
    what: "a layer or the name of one",
    help: "write `name = conv(64, 3)`, or `name = image -> conv(64, 3)`",
  },
  "call Identifier": { what: "a layer", help: "write `-> relu` or `-> conv(64, 3)`" },
  "arguments RightParenthesis": { what: "`,` or `)`" },
  "settings RightBrace": { what: "a setting or `}`", help: "settings are written `key: value`" },
  "setting Word": { what: "a setting", help: "settings are written `key: value`" },
  "setting Colon": { what: "`:` and a value", help: "settings are written `key: value`" },
  "part Word": { what: "a name" },
  "primary RightParenthesis": { what: "`)`" },
  "primary alternative": value,
};

/** Expectations that depend on the token before: one rule takes names in several places. */
const afterColon: Readonly<Record<string, Expectation>> = {
  "parameter Identifier": { what: "a type", help: "types are `int`, `number`, `string`, `bool` and `node`" },
  "inputMember Identifier": { what: "a format", help: "formats are `rgb`, `bgr`, `gray` and `raw`" },
};

/** What was expected, from the message of the parser's error and the token before the place. */
export function expectation(message: string, previous: string | undefined): Expectation {
  if (previous === ":" && afterColon[message]) return afterColon[message];
  if (message === "targetHead Identifier" && previous === "for") return { what: "the name of a net" };
  if (message === "trainHead Identifier" && previous === "as") return { what: "a name for the recipe" };
  if (previous === "(" && message === "arguments RightParenthesis") return { what: "an argument or `)`" };
  if (previous === "(" && message === "parameters RightParenthesis") return { what: "a parameter or `)`" };
  if (previous === "[" && message === "list RightBracket") return { what: "a value or `]`" };
  return table[message] ?? { what: "something else" };
}
