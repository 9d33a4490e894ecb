import { diagnose, type Diagnostic } from "../diagnostics/diagnostic.js";
import type { Expectation, GraphNode } from "../model/graph.js";
import { compare, parse, rational, toString, type Rational } from "../model/rational.js";
import { complement, intersect, isEmpty, isUndecided } from "../model/size-set.js";
import { failingText, validForText } from "../model/size-set-text.js";
import { appliedOffset, derivedOffset } from "../passes/align.js";
import { countParameters } from "../passes/parameters.js";
import { exampleNet, type Check, type Facts } from "./check.js";
import { nodeName, pairText, siteOf } from "./words.js";

export const expectation: Check = {
  code: {
    code: "expectation",
    severity: "error",
    whenAllowed: "Nothing changes: the net is as it is without the line.",
    summary: "An `expect` line does not hold.",
    explanation: `
\`expect\` states what you rely on: \`offset(score) == 27\`, \`rf(fc7) == 404\`, \`stride(fuse) == 16\`,
\`origin(up) == -27\`, \`channels(score) == 21\`, \`parameters() == 134_357_354\` (all that there are, the statistics of
batch normalization among them), and \`valid(H >= 1, W >= 1)\`, which is proved for every size. Two
numbers in brackets are height and width.`,
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
    // `valid(H >= 1, W >= 1)` is a claim for each side; one line is told once.
    const valid = new Map<number, ValidClaim[]>();
    for (const claim of facts.graph.expectations) {
      if (claim.kind === "measure") {
        const found = unmet(facts, claim, this.code);
        if (found) yield found;
        continue;
      }
      const line = valid.get(claim.span.start);
      if (line) line.push(claim);
      else valid.set(claim.span.start, [claim]);
    }
    for (const claims of valid.values()) {
      const found = unproved(facts, claims, this.code);
      if (found) yield found;
    }
  },
};

type ValidClaim = Extract<Expectation, { kind: "valid" }>;
type MeasureClaim = Extract<Expectation, { kind: "measure" }>;

/** The claims of one `expect valid(...)`. */
function unproved(facts: Facts, claims: readonly ValidClaim[], code: Check["code"]): Diagnostic | null {
  const [line] = claims;
  if (!line || facts.graph.incomplete) return null;
  const failing: { readonly symbol: string; readonly text: string }[] = [];
  for (const { symbol, sizes, span } of claims) {
    const valid = facts.proof.validFor.get(symbol);
    const missing = valid && intersect(sizes, complement(valid));
    if (!missing) continue;
    if (isUndecided(missing))
      return diagnose(code, `whether the net works for these ${symbol} is undecided`, {
        at: span,
        notes: [missing.undecided],
      });
    if (!isEmpty(missing)) failing.push({ symbol, text: failingText(missing, symbol) });
  }
  const [first] = failing;
  if (!first) return null;
  const culprit = facts.proof.failures.find((failure) => failure.symbol === first.symbol);
  const node = culprit && facts.graph.nodes[culprit.node];
  return diagnose(code, `the net fails for ${failing.map(({ text }) => text).join(", and for ")}`, {
    at: line.span,
    label: `it works for ${validForText(facts.proof.validFor)}`,
    related: node
      ? [{ span: siteOf(node, facts.graph.file), message: `\`${node.name}\` is the first that fails` }]
      : [],
    notes: culprit ? [] : ["the input admits no such size"],
    help: culprit ? facts.mend(culprit, new Map(claims.map(({ symbol, sizes }) => [symbol, sizes]))) : [],
  });
}

function unmet(facts: Facts, claim: MeasureClaim, code: Check["code"]): Diagnostic | null {
  const actual = measured(facts, claim);
  if (actual === "no crop")
    return diagnose(code, `\`${claim.names[0] ?? ""}\` is not cropped, so it has no offset`, {
      at: claim.span,
      help: ["name the layer that crops, or the `sum` or `concat` that has a `crop`"],
    });
  if (actual === "no grid")
    return diagnose(code, `\`${claim.names[0] ?? ""}\` has no grid that holds for every size of the input`, {
      at: claim.span,
      help: ["`fcnc inspect --size` shows the one that it has at a size"],
    });
  if (!actual) return null;
  const wanted = claim.value.map((text) => parse(text));
  const [y = null, x = y] = wanted;
  if (!y || !x) return null;
  if (holds(actual[0], claim.operator, y) && holds(actual[1], claim.operator, x)) return null;
  const text = pairText(toString(actual[0]), toString(actual[1]));
  const name = claim.names.join(", ");
  return diagnose(
    code,
    `\`${claim.measure}(${name})\` is ${text}, not ${claim.operator === "==" ? "" : `${claim.operator} `}${pairText(claim.value[0] ?? "", claim.value[1] ?? claim.value[0] ?? "")}`,
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

/** The layers whose parameters are claimed: the net's, or those of the lines that are named. */
function counted(facts: Facts, claim: MeasureClaim): readonly GraphNode[] {
  if (claim.nodes.length === 0) {
    const unused = new Set(facts.unused);
    return facts.graph.nodes.filter((node) => !unused.has(node));
  }
  const lines = new Set(claim.nodes.map((node) => lineOf(nodeName(facts, node))));
  return facts.graph.nodes.filter((node) => lines.has(lineOf(node.name)));
}

/** `fc7` for `fc7/dropout`, which stands on the same line. */
function lineOf(name: string): string {
  return name.split("/")[0] ?? name;
}

/** What an expectation is about, as y and x; null where it is not known because of another fault. */
function measured(facts: Facts, claim: MeasureClaim): readonly [Rational, Rational] | "no crop" | "no grid" | null {
  if (claim.measure === "parameters") {
    if (facts.graph.incomplete && claim.nodes.length === 0) return null;
    const total = counted(facts, claim)
      .map(({ id }) => countParameters(facts.graph, facts.geometry, id))
      .reduce((sum, parameters) => sum + parameters, 0);
    return [rational(total), rational(total)];
  }
  const [index = -1] = claim.nodes;
  const geometry = facts.geometry[index];
  if (!geometry) return null;
  const [y, x] = [geometry.y.grid, geometry.x.grid];
  switch (claim.measure) {
    case "rf":
      return y && x ? [y.field, x.field] : "no grid";
    case "stride":
      return y && x ? [y.stride, x.stride] : "no grid";
    case "origin":
      return y && x ? [y.origin, x.origin] : "no grid";
    case "channels":
      return [rational(geometry.channels), rational(geometry.channels)];
    default: {
      const name = nodeName(facts, index);
      const meeting = facts.meetings.find(({ node }) => node.id === index || node.name === `${name}/crop`);
      if (!meeting) return "no crop";
      const offset = appliedOffset(meeting) ?? derivedOffset(meeting);
      return offset ? [rational(offset[0]), rational(offset[1])] : null;
    }
  }
}
