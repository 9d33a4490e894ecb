import { diagnose, type Diagnostic } from "../diagnostics/diagnostic.js";
import type { Expectation } from "../model/graph.js";
import { compare, parse, rational, toString, type Rational } from "../model/rational.js";
import { complement, intersect, isEmpty, isUndecided } from "../model/size-set.js";
import { failingText, validText } from "../model/size-set-text.js";
import { derivedOffset } from "../passes/align.js";
import { countParameters } from "../passes/parameters.js";
import { exampleNet, type Check, type Facts } from "./check.js";
import { nodeName, pairText } from "./words.js";

export const expectation: Check = {
  code: {
    code: "expectation",
    severity: "error",
    summary: "An `expect` line does not hold.",
    explanation: `
\`expect\` states what you rely on: \`offset(score) == 27\`, \`rf(fc7) == 404\`, \`stride(fuse) == 16\`,
\`origin(up) == -27\`, \`channels(score) == 21\`, \`parameters() == 134_357_354\` (trainable and frozen), and
\`valid(H >= 1, W >= 1)\`, which is proved for every size. Two numbers in brackets are height and width.`,
    example: {
      failing: exampleNet(`  a = image -> conv(8, 3)
  output a
  expect rf(a) == 5`),
      mended: exampleNet(`  a = image -> conv(8, 3)
  output a
  expect rf(a) == 3`),
    },
  },
  *run(facts) {
    for (const claim of facts.graph.expectations) {
      const found = claim.kind === "valid" ? unproved(facts, claim, this.code) : unmet(facts, claim, this.code);
      if (found) yield found;
    }
  },
};

function unproved(
  facts: Facts,
  claim: Extract<Expectation, { kind: "valid" }>,
  code: Check["code"],
): Diagnostic | null {
  const { symbol } = claim;
  const valid = facts.proof.validFor.get(symbol);
  if (!valid) return null;
  const missing = intersect(claim.sizes, complement(valid));
  if (isUndecided(missing))
    return diagnose(code, `whether the net works for these ${symbol} is undecided`, {
      at: claim.span,
      notes: [missing.undecided],
    });
  if (isEmpty(missing)) return null;
  const first = facts.proof.failures.find((failure) => failure.symbol === symbol);
  return diagnose(code, `the net fails for ${failingText(missing, symbol)}`, {
    at: claim.span,
    label: isUndecided(valid) ? "" : `it works for ${validText(valid, symbol)}`,
    notes: first
      ? [`the first layer that fails is \`${nodeName(facts, first.node)}\``]
      : ["the input admits no such size"],
    help: first ? facts.mend(first) : [],
  });
}

function unmet(facts: Facts, claim: Extract<Expectation, { kind: "measure" }>, code: Check["code"]): Diagnostic | null {
  const actual = measured(facts, claim);
  if (!actual) return null;
  const wanted = claim.value.map((text) => parse(text));
  const [y = null, x = y] = wanted;
  if (!y || !x) return null;
  if (holds(actual[0], claim.operator, y) && holds(actual[1], claim.operator, x)) return null;
  const text = pairText(toString(actual[0]), toString(actual[1]));
  const name = claim.nodes.map((node) => nodeName(facts, node)).join(", ");
  return diagnose(
    code,
    `\`${claim.measure}(${name})\` is ${text}, not ${claim.operator === "==" ? "" : `${claim.operator} `}${claim.value.join(", ")}`,
    {
      at: claim.span,
      label: `it is ${text}`,
      help: [`if that is right, write ${text}; \`fcnc explain\` derives it line by line`],
    },
  );
}

function holds(actual: Rational, operator: string, wanted: Rational): boolean {
  const order = compare(actual, wanted);
  switch (operator) {
    case "==":
      return order === 0;
    case "!=":
      return order !== 0;
    case ">=":
      return order >= 0;
    case "<=":
      return order <= 0;
    case ">":
      return order > 0;
    default:
      return order < 0;
  }
}

/** What an expectation is about, as y and x; null where it is not known because of another fault. */
function measured(
  facts: Facts,
  claim: Extract<Expectation, { kind: "measure" }>,
): readonly [Rational, Rational] | null {
  if (claim.measure === "parameters") {
    const nodes = claim.nodes.length > 0 ? claim.nodes : facts.graph.nodes.map((node) => node.id);
    const unused = new Set(facts.unused.map((node) => node.id));
    const total = nodes
      .filter((node) => claim.nodes.length > 0 || !unused.has(node))
      .reduce((sum, node) => sum + countParameters(facts.graph, facts.geometry, node), 0);
    return [rational(total), rational(total)];
  }
  const [index = -1] = claim.nodes;
  const geometry = facts.geometry[index];
  if (!geometry) return null;
  switch (claim.measure) {
    case "rf":
      return [geometry.y.grid.field, geometry.x.grid.field];
    case "stride":
      return [geometry.y.grid.stride, geometry.x.grid.stride];
    case "origin":
      return [geometry.y.grid.origin, geometry.x.grid.origin];
    case "channels":
      return [rational(geometry.channels), rational(geometry.channels)];
    default: {
      const name = nodeName(facts, index);
      const meeting = facts.meetings.find(({ node }) => node.id === index || node.name === `${name}/crop`);
      const derived = meeting && derivedOffset(meeting);
      return derived ? [rational(derived[0]), rational(derived[1])] : null;
    }
  }
}
