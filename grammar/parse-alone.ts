/** Settings and values outside of any file, as a command line has them: read as a recipe's are. */
import type { CstNode, IToken } from "chevrotain";
import type { Diagnostic } from "../src/diagnostics/diagnostic.js";
import { ValueBuilder } from "./build-values.js";
import { syntax } from "./codes.js";
import { Faults } from "./faults.js";
import { Landmarks } from "./landmarks.js";
import { reportParserError } from "./messages.js";
import { outlineAlone } from "./outline.js";
import { parsePart } from "./parser.js";
import { checkCharacters } from "./spelling.js";
import * as t from "./tokens.js";
import type { Setting, Value } from "./tree.js";

export interface ParsedAlone<Tree> {
  /** Null where the text is at fault. */
  readonly tree: Tree | null;
  readonly diagnostics: readonly Diagnostic[];
}

/** `optimizer.rate=1e-4`, or with a colon, as in a file. `place` is what spans name as their file. */
export function parseSetting(text: string, place: string): ParsedAlone<Setting> {
  return parseAlone("setting", text, place, withColon, (values, cst) => values.setting(cst));
}

/** `voc2011(split: "val")` */
export function parseValue(text: string, place: string): ParsedAlone<Value> {
  return parseAlone(
    "value",
    text,
    place,
    (tokens) => tokens,
    (values, cst) => values.value(cst),
  );
}

function parseAlone<Tree>(
  rule: "setting" | "value",
  text: string,
  place: string,
  prepare: (tokens: readonly IToken[]) => readonly IToken[],
  build: (values: ValueBuilder, cst: CstNode) => Tree,
): ParsedAlone<Tree> {
  const faults = new Faults(place, text);
  const { tokens: written, unexpected } = t.tokenize(text);
  checkCharacters(faults, unexpected);
  const tokens = [...prepare(written)];
  const finish = (tree: Tree | null): ParsedAlone<Tree> => {
    const diagnostics = faults.diagnostics();
    return { tree: diagnostics.length > 0 ? null : tree, diagnostics };
  };
  if (unexpected.length > 0) return finish(null);
  const missing = rule === "setting" && !tokens.some(({ tokenType }) => tokenType === t.Colon);
  if (tokens.length === 0 || missing) {
    faults.report(syntax, faults.span(0, text.length), rule === "setting" ? "a setting has no value" : "no value", {
      label: rule === "setting" ? "write `key=value`" : "a value is wanted here",
    });
    return finish(null);
  }
  const part = outlineAlone(new Landmarks(tokens, text), faults);
  if (part.fault !== null) return finish(null);
  const { cst, error } = parsePart(rule, tokens);
  if (cst === null) {
    reportParserError(faults, tokens, error);
    return finish(null);
  }
  return finish(build(new ValueBuilder(faults), cst));
}

/** The first `=` stands for the colon of a file. */
function withColon(tokens: readonly IToken[]): readonly IToken[] {
  const first = tokens.findIndex(({ tokenType }) => tokenType === t.Equals || tokenType === t.Colon);
  return tokens.map((token, i) =>
    i === first && token.tokenType === t.Equals
      ? { ...token, tokenType: t.Colon, tokenTypeIdx: t.Colon.tokenTypeIdx ?? token.tokenTypeIdx }
      : token,
  );
}
