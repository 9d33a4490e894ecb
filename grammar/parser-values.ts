/** The grammar of values: literals, names, calls, lists, settings and arithmetic. */
import { CstParser, tokenMatcher, type TokenType } from "chevrotain";
import { expectations } from "./expectations.js";
import * as t from "./tokens.js";

/** Chevrotain's parser with one token of lookahead, and the rules of values. */
export class ValueParser extends CstParser {
  constructor(validate: boolean) {
    super(t.vocabulary, {
      maxLookahead: 1,
      recoveryEnabled: false,
      nodeLocationTracking: "none",
      skipValidations: !validate,
      errorMessageProvider: expectations,
    });
  }

  /** For gates: what one token of lookahead cannot tell. */
  protected isAhead(ahead: number, type: TokenType): boolean {
    return tokenMatcher(this.LA(ahead), type);
  }

  arguments = this.RULE("arguments", () => {
    this.CONSUME(t.LeftParenthesis);
    this.OPTION(() => {
      this.SUBRULE(this.argument);
      this.MANY({
        GATE: () => !this.isAhead(2, t.RightParenthesis),
        DEF: () => {
          this.CONSUME(t.Comma);
          this.SUBRULE2(this.argument);
        },
      });
      this.OPTION2(() => this.CONSUME2(t.Comma));
    });
    this.CONSUME(t.RightParenthesis);
  });

  argument = this.RULE("argument", () => {
    this.OPTION({
      GATE: () => this.isAhead(2, t.Colon),
      DEF: () => {
        this.CONSUME(t.Word);
        this.CONSUME(t.Colon);
      },
    });
    this.SUBRULE(this.value);
  });

  settings = this.RULE("settings", () => {
    this.CONSUME(t.LeftBrace);
    this.MANY(() => this.SUBRULE(this.setting));
    this.CONSUME(t.RightBrace);
  });

  setting = this.RULE("setting", () => {
    this.CONSUME(t.Word);
    this.MANY(() => this.SUBRULE(this.part));
    this.CONSUME(t.Colon);
    this.SUBRULE(this.value);
    this.OPTION(() => this.CONSUME(t.Comma));
  });

  list = this.RULE("list", () => {
    this.CONSUME(t.LeftBracket);
    this.OPTION(() => {
      this.SUBRULE(this.value);
      this.MANY({
        GATE: () => !this.isAhead(2, t.RightBracket),
        DEF: () => {
          this.CONSUME(t.Comma);
          this.SUBRULE2(this.value);
        },
      });
      this.OPTION2(() => this.CONSUME2(t.Comma));
    });
    this.CONSUME(t.RightBracket);
  });

  reference = this.RULE("reference", () => {
    this.CONSUME(t.Identifier);
    this.MANY(() => this.SUBRULE(this.part));
  });

  part = this.RULE("part", () => {
    this.CONSUME(t.Dot);
    this.CONSUME(t.Word);
  });

  value = this.RULE("value", () => {
    this.SUBRULE(this.sum);
    this.OPTION(() => {
      this.CONSUME(t.Comparison);
      this.SUBRULE2(this.sum);
    });
  });

  sum = this.RULE("sum", () => {
    this.SUBRULE(this.product);
    this.MANY(() => {
      this.CONSUME(t.Additive);
      this.SUBRULE2(this.product);
    });
  });

  product = this.RULE("product", () => {
    this.SUBRULE(this.signed);
    this.MANY({
      // In settings without commas a key named `mod` may follow a value.
      GATE: () => !this.isAhead(1, t.Mod) || !(this.isAhead(2, t.Colon) || this.isAhead(2, t.Dot)),
      DEF: () => {
        this.CONSUME(t.Multiplicative);
        this.SUBRULE2(this.signed);
      },
    });
  });

  signed = this.RULE("signed", () => {
    this.OPTION(() => this.CONSUME(t.Minus));
    this.SUBRULE(this.primary);
  });

  primary = this.RULE("primary", () => {
    this.OR({
      DEF: [
        { ALT: () => this.CONSUME(t.NumberLiteral) },
        { ALT: () => this.CONSUME(t.Factor) },
        { ALT: () => this.CONSUME(t.Extent) },
        { ALT: () => this.CONSUME(t.StringLiteral) },
        { ALT: () => this.CONSUME(t.True) },
        { ALT: () => this.CONSUME(t.False) },
        { ALT: () => this.SUBRULE(this.list) },
        { ALT: () => this.SUBRULE(this.settings) },
        { ALT: () => this.SUBRULE(this.word) },
        {
          ALT: () => {
            this.CONSUME(t.LeftParenthesis);
            this.SUBRULE(this.value);
            this.CONSUME(t.RightParenthesis);
          },
        },
      ],
      ERR_MSG: "value",
    });
  });

  /** A reference, or a call as a value: `softmax(reduce: sum)`. */
  word = this.RULE("word", () => {
    this.CONSUME(t.Identifier);
    this.OPTION(() => this.SUBRULE(this.tail));
  });

  /** What makes a call of a name, or a longer name. */
  tail = this.RULE("tail", () => {
    this.OR([
      { ALT: () => this.SUBRULE(this.arguments) },
      { ALT: () => this.AT_LEAST_ONE(() => this.SUBRULE(this.part)) },
    ]);
  });
}
