/**
 * The grammar of the parts into which the outline cuts a file: heads of declarations, members of nets, entries of
 * recipes. Each part is parsed by itself, so a fault cannot leave the part in which it stands, and chevrotain's own
 * recovery stays off. One token of lookahead everywhere; the few places that need a second one say so by a gate.
 */
import type { CstNode, IToken } from "chevrotain";
import { ValueParser } from "./parser-values.js";
import * as t from "./tokens.js";

export class FcnParser extends ValueParser {
  /** Validating the grammar takes time: tests do it, users do not. */
  constructor(validate = false) {
    super(validate);
    this.performSelfAnalysis();
  }

  editionLine = this.RULE("editionLine", () => {
    this.CONSUME(t.Fcn);
    this.CONSUME(t.NumberLiteral);
  });

  importLine = this.RULE("importLine", () => {
    this.CONSUME(t.Import);
    this.SUBRULE(this.importName);
    this.MANY({
      GATE: () =>
        !this.isAhead(2, t.From) || this.isAhead(3, t.From) || this.isAhead(3, t.As) || this.isAhead(3, t.Comma),
      DEF: () => {
        this.CONSUME(t.Comma);
        this.SUBRULE2(this.importName);
      },
    });
    this.OPTION(() => this.CONSUME2(t.Comma));
    this.CONSUME(t.From);
    this.CONSUME(t.StringLiteral);
  });

  importName = this.RULE("importName", () => {
    this.CONSUME(t.Word);
    this.OPTION(() => {
      this.CONSUME(t.As);
      this.CONSUME(t.Identifier);
    });
  });

  definitionHead = this.RULE("definitionHead", () => {
    this.OR([
      { ALT: () => this.CONSUME(t.Net) },
      { ALT: () => this.CONSUME(t.Backbone) },
      { ALT: () => this.CONSUME(t.Block) },
    ]);
    this.CONSUME(t.Identifier);
    this.OPTION(() => this.SUBRULE(this.parameters));
  });

  parameters = this.RULE("parameters", () => {
    this.CONSUME(t.LeftParenthesis);
    this.OPTION(() => {
      this.SUBRULE(this.parameter);
      this.MANY({
        GATE: () => !this.isAhead(2, t.RightParenthesis),
        DEF: () => {
          this.CONSUME(t.Comma);
          this.SUBRULE2(this.parameter);
        },
      });
      this.OPTION2(() => this.CONSUME2(t.Comma));
    });
    this.CONSUME(t.RightParenthesis);
  });

  parameter = this.RULE("parameter", () => {
    this.CONSUME(t.Identifier);
    this.CONSUME(t.Colon);
    this.CONSUME2(t.Identifier, { LABEL: "type" });
    this.OPTION(() => {
      this.CONSUME(t.Equals);
      this.SUBRULE(this.value);
    });
  });

  trainHead = this.RULE("trainHead", () => {
    this.CONSUME(t.Train);
    this.CONSUME(t.Identifier, { LABEL: "name" });
    this.OPTION(() => {
      this.CONSUME(t.As);
      this.CONSUME2(t.Identifier, { LABEL: "recipe" });
    });
  });

  targetHead = this.RULE("targetHead", () => {
    this.CONSUME(t.Target);
    this.CONSUME(t.Identifier, { LABEL: "targetName" });
    this.MANY(() => {
      this.CONSUME(t.Minus);
      this.CONSUME2(t.Identifier, { LABEL: "targetName" });
    });
    this.CONSUME(t.For);
    this.CONSUME3(t.Identifier, { LABEL: "name" });
  });

  inputMember = this.RULE("inputMember", () => {
    this.CONSUME(t.Input);
    this.CONSUME(t.Identifier);
    this.CONSUME(t.Colon);
    this.CONSUME2(t.Identifier, { LABEL: "format" });
    this.SUBRULE(this.list);
    this.OPTION(() => this.SUBRULE(this.settings));
  });

  outputMember = this.RULE("outputMember", () => {
    this.CONSUME(t.Output);
    this.SUBRULE(this.reference);
    this.OPTION(() => this.SUBRULE(this.settings));
  });

  tapMember = this.RULE("tapMember", () => {
    this.CONSUME(t.Tap);
    this.SUBRULE(this.reference);
    this.OPTION(() => {
      this.CONSUME(t.At);
      this.CONSUME(t.Stride);
      this.SUBRULE(this.value);
    });
  });

  letMember = this.RULE("letMember", () => {
    this.CONSUME(t.Let);
    this.CONSUME(t.Identifier);
    this.CONSUME(t.Colon);
    this.SUBRULE(this.value);
  });

  expectMember = this.RULE("expectMember", () => {
    this.CONSUME(t.Expect);
    this.SUBRULE(this.value);
  });

  returnMember = this.RULE("returnMember", () => {
    this.CONSUME(t.Return);
    this.SUBRULE(this.reference);
  });

  layerMember = this.RULE("layerMember", () => {
    this.CONSUME(t.Identifier);
    this.CONSUME(t.Equals);
    this.SUBRULE(this.head);
    this.MANY(() => {
      this.CONSUME(t.Arrow);
      this.SUBRULE(this.call);
    });
  });

  /** A name alone is a reference; with parentheses or braces it is a call. */
  head = this.RULE("head", () => {
    this.CONSUME(t.Identifier);
    this.OPTION(() => this.SUBRULE(this.tail));
    // No settings after `vgg.fc7`: it is a map, not a network.
    this.OPTION2({ GATE: () => !this.isAhead(-1, t.Dot), DEF: () => this.SUBRULE(this.settings) });
  });

  call = this.RULE("call", () => {
    this.CONSUME(t.Identifier);
    this.OPTION(() => this.SUBRULE(this.arguments));
    this.OPTION2(() => this.SUBRULE(this.settings));
  });
}

/** The rules that parse a part by themselves. */
export type PartRule =
  | "editionLine"
  | "importLine"
  | "definitionHead"
  | "trainHead"
  | "targetHead"
  | "inputMember"
  | "outputMember"
  | "tapMember"
  | "letMember"
  | "expectMember"
  | "returnMember"
  | "layerMember"
  | "setting"
  | "value";

let parser: FcnParser | null = null;

export type PartResult =
  { readonly cst: CstNode; readonly error: null } | { readonly cst: null; readonly error: FcnParser["errors"][number] };

/** Parses the tokens of one part with its rule; the first fault ends it. */
export function parsePart(rule: PartRule, tokens: IToken[]): PartResult {
  parser ??= new FcnParser();
  parser.input = tokens;
  const cst = parser[rule]();
  const error = parser.errors[0];
  return error === undefined ? { cst, error: null } : { cst: null, error };
}
