/** From the parser's error to a message: what was expected where, what was found, and the way out. */
import type { IToken, TokenType } from "chevrotain";
import type { FcnParser } from "./parser.js";
import { nestedFlow, reservedName, syntax } from "./codes.js";
import { expectation } from "./expectations.js";
import { quote, type Faults } from "./faults.js";
import * as t from "./tokens.js";

type ParserError = FcnParser["errors"][number];

const headStarts: ReadonlySet<TokenType> = new Set([t.Net, t.Backbone, t.Block, t.Train, t.Target]);

/** Reports why a part could not be parsed. `part` are its tokens, of which the error names one, or none at the end. */
export function reportParserError(faults: Faults, part: readonly IToken[], error: ParserError): void {
  const index = part.indexOf(error.token);
  const actual = part[index];
  const previous = index === -1 ? part[part.length - 1] : part[index - 1];
  if (actual !== undefined && reportMistaken(faults, part, index, error)) return;
  if (error.message === "end") {
    if (actual !== undefined) reportSuperfluous(faults, part, actual, previous);
    return;
  }
  const { what, help } = expectation(error.message, previous?.image);
  const after = previous === undefined ? "" : ` after ${quote(previous.image)}`;
  const place = actual ?? previous;
  if (place === undefined) return;
  faults.report(syntax, faults.over(place), `expected ${what}${after}`, {
    label: actual === undefined ? "nothing follows this" : `found ${quote(actual.image)}`,
    help: help === undefined ? [`write ${what} here`] : [help],
  });
}

/** Mistakes that people make, each with a message of its own. */
function reportMistaken(faults: Faults, part: readonly IToken[], index: number, error: ParserError): boolean {
  const actual = part[index];
  const previous = part[index - 1];
  const first = part[0];
  if (actual === undefined || first === undefined) return false;
  const at = faults.over(actual);
  const type = actual.tokenType;
  const inLayer = first.tokenType !== t.Let && part[1]?.tokenType === t.Equals;

  if (type === t.Arrow && previous?.tokenType !== t.Arrow && previous?.tokenType !== t.Equals) {
    faults.report(
      nestedFlow,
      at,
      inLayer ? "data flows inside an argument or a setting" : "data flows outside of a layer",
      {
        label: "`->` stands in the line of a layer alone",
        help: ["name the flow on a line of its own (`name = a -> relu()`), and write the name here"],
      },
    );
    return true;
  }
  if (t.isReserved(type) && (error.message.endsWith(" Identifier") || error.message === "primary alternative")) {
    faults.report(reservedName, at, `${quote(actual.image)} is a reserved word and cannot name anything`, {
      label: "another name is needed here",
      help: [`use another name, such as \`${actual.image}_1\``],
    });
    return true;
  }
  if (type === t.Equals) {
    const comparing = first.tokenType === t.Expect || isInList(part, index);
    const replacement = comparing ? "==" : ":";
    faults.report(
      syntax,
      at,
      comparing ? "`=` names a layer; values are compared with `==`" : "`=` names a layer; values are set with `:`",
      {
        label: `write \`${replacement}\``,
        help: [`replace \`=\` by \`${replacement}\``],
        fixes: [{ title: `replace \`=\` by \`${replacement}\``, span: at, replacement }],
      },
    );
    return true;
  }
  if (t.isComparison(type) && (error.message === "end" || /Right|setting/.test(error.message))) {
    faults.report(syntax, at, "comparisons cannot be chained", {
      label: "a second comparison",
      help: ["write one `expect` for each of them"],
    });
    return true;
  }
  if (type === t.Minus && error.message === "end" && headStarts.has(first.tokenType)) {
    faults.report(syntax, at, "a name holds no `-`", {
      label: "the name ends here",
      help: ["write `_` instead of `-`"],
    });
    return true;
  }
  return false;
}

/** Whether the innermost bracket that is open before a token is that of a list, which holds no keys. */
function isInList(part: readonly IToken[], index: number): boolean {
  let closed = 0;
  for (let i = index - 1; i >= 0; i--) {
    const type = part[i]?.tokenType;
    if (type === t.RightBracket || type === t.RightParenthesis || type === t.RightBrace) closed++;
    else if (type === t.LeftBracket || type === t.LeftParenthesis || type === t.LeftBrace) {
      if (closed === 0) return type === t.LeftBracket;
      closed--;
    }
  }
  return false;
}

/** The part could have ended before this token. */
function reportSuperfluous(
  faults: Faults,
  part: readonly IToken[],
  actual: IToken,
  previous: IToken | undefined,
): void {
  const at = faults.over(actual);
  const after = previous === undefined ? "" : ` after ${quote(previous.image)}`;
  const label = `found ${quote(actual.image)}`;
  const layer = part[1]?.tokenType === t.Equals;
  const first = part[0]?.tokenType;
  if (layer && t.isWord(actual.tokenType)) {
    faults.report(syntax, at, `expected \`->\`${after}`, {
      label: `${label}, which starts neither a member nor a flow`,
      help: [`write \`-> ${actual.image}\` to let data flow into it`],
    });
  } else if (layer && t.isOperator(actual.tokenType)) {
    faults.report(syntax, at, `layers are not joined by ${quote(actual.image)}`, {
      label: "data flows through `->` alone",
      help: ["write `sum(a, b)`, `multiply(a, b)` or `concat(a, b)`"],
    });
  } else if (layer && actual.tokenType === t.Comma) {
    faults.report(syntax, at, `unexpected \`,\`${after}`, {
      label: "a layer has one flow",
      help: ["write `concat(a, b)` or `sum(a, b)` for several inputs, and one line for each layer"],
    });
  } else if (actual.tokenType === t.LeftParenthesis || actual.tokenType === t.LeftBrace) {
    const word = actual.tokenType === t.LeftBrace ? "settings" : "arguments";
    faults.report(syntax, at, `unexpected ${quote(actual.image)}${after}`, {
      label: `no ${word} can stand here`,
      help: [
        "a call is a plain name with arguments, and a layer's settings follow them: `vgg16(10) { without: [fc8] }`",
      ],
    });
  } else if (first === t.Tap) {
    faults.report(syntax, at, `expected \`at stride\` or the next member${after}`, {
      label,
      help: ["write `tap pool4 at stride 16`"],
    });
  } else {
    faults.report(syntax, at, `unexpected ${quote(actual.image)}${after}`, {
      label: "the line could end before it",
      help: ["leave it out"],
    });
  }
}
