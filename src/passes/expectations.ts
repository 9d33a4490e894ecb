/** `expect` lines: what they claim, with every name resolved, for the checks to prove. */
import type { Call, Expect, Value } from "../../grammar/tree.js";
import { argumentType } from "../diagnostics/codes/arguments.js";
import { structure } from "../diagnostics/codes/names.js";
import { diagnose } from "../diagnostics/diagnostic.js";
import { nearest } from "../diagnostics/suggest.js";
import { intersect, type Verdict } from "../model/size-set.js";
import { readCondition } from "./conditions.js";
import type { Environment } from "./environment.js";
import { resolveNode } from "./values.js";

export const measures = ["offset", "rf", "stride", "origin", "channels", "parameters"] as const;
const comparisons = new Set(["==", "!=", ">=", "<=", ">", "<"]);

export function readExpectation(member: Expect, environment: Environment): void {
  const { condition } = member;
  if (condition.kind === "call" && condition.callee.text === "valid") {
    readValid(condition, member, environment);
    return;
  }
  if (condition.kind !== "binary" || !comparisons.has(condition.operator) || condition.left.kind !== "call") {
    refuse(member, environment);
    return;
  }
  const call = condition.left;
  const measure = call.callee.text;
  if (!measures.some((known) => known === measure)) {
    const near = nearest(measure, [...measures, "valid"]);
    environment.report.add(
      diagnose(structure, `\`${measure}\` is nothing that can be expected`, {
        at: call.callee.span,
        label: near ? `did you mean \`${near}\`?` : "unknown",
        help: [`what can be: ${[...measures, "valid"].map((known) => `\`${known}(...)\``).join(", ")}`],
        fixes: near ? [{ title: `write \`${near}\``, span: call.callee.span, replacement: near }] : [],
      }),
    );
    return;
  }
  const nodes = readNodes(call, environment);
  const value = readNumbers(condition.right);
  if (!value)
    environment.report.add(
      diagnose(structure, `\`${measure}\` is compared with a number`, {
        at: condition.right.span,
        help: ["write one like `27`, `-183/2`, or `[5, 9]` for height and width"],
      }),
    );
  if (!nodes || !value) return;
  if (measure !== "parameters" && nodes.length !== 1) {
    environment.report.add(
      diagnose(structure, `\`${measure}\` is of one layer`, { at: call.span, help: [`write \`${measure}(score)\``] }),
    );
    return;
  }
  environment.builder.expectations.push({
    kind: "measure",
    measure,
    nodes,
    names: (call.arguments ?? []).map(({ value: named }) => nameIn(named)),
    operator: condition.operator,
    value,
    span: member.span,
  });
}

function nameIn(value: Value): string {
  return value.kind === "reference" ? value.parts.map((part) => part.text).join(".") : "";
}

function refuse(member: Expect, environment: Environment): void {
  environment.report.add(
    diagnose(structure, "this is nothing that can be expected", {
      at: member.condition.span,
      help: ["write one like `expect offset(score) == 27`, `expect rf(fc7) == 404` or `expect valid(H >= 1, W >= 1)`"],
    }),
  );
}

/** The layers in the parentheses; null where one of them is unknown or was left out of the net. */
function readNodes(call: Call, environment: Environment): number[] | null {
  const nodes: number[] = [];
  for (const argument of call.arguments ?? []) {
    if (argument.value.kind !== "reference") {
      environment.report.add(diagnose(argumentType, "a layer's name is wanted here", { at: argument.value.span }));
      return null;
    }
    const [head] = argument.value.parts;
    if (head && environment.use.without.names.has(head.text)) return null;
    const value = resolveNode(argument.value, environment.scope, environment.report);
    if (value.kind !== "node") return null;
    nodes.push(value.node);
  }
  return nodes;
}

/** One exact number, or `[y, x]`: `27`, `-183/2`, `[5, 9]`, as `"-183/2"`. */
function readNumbers(value: Value): string[] | null {
  const items = value.kind === "list" ? value.items : [value];
  const numbers = items.map(exactNumber);
  if (numbers.length < 1 || numbers.length > 2 || numbers.some((number) => number === null)) return null;
  return numbers.map((number) => number ?? "");
}

function exactNumber(value: Value): string | null {
  if (value.kind === "number") return value.spelling.replaceAll("_", "");
  if (value.kind === "unary") {
    const operand = exactNumber(value.operand);
    return operand === null || operand.startsWith("-") ? null : `-${operand}`;
  }
  if (value.kind === "binary" && value.operator === "/") {
    const over = exactNumber(value.left);
    const under = exactNumber(value.right);
    return over === null || under === null || under.startsWith("-") || Number(under) === 0 ? null : `${over}/${under}`;
  }
  return null;
}

function readValid(call: Call, member: Expect, environment: Environment): void {
  const symbols = [...environment.builder.domain.keys()];
  if ((call.arguments ?? []).length === 0) {
    refuse(member, environment);
    return;
  }
  const bySymbol = new Map<string, Verdict>();
  for (const argument of call.arguments ?? []) {
    const condition = readCondition(argument.value, symbols, environment.report);
    if (!condition) continue;
    const earlier = bySymbol.get(condition.symbol);
    bySymbol.set(condition.symbol, earlier ? intersect(earlier, condition.sizes) : condition.sizes);
  }
  for (const [symbol, sizes] of bySymbol)
    environment.builder.expectations.push({ kind: "valid", symbol, sizes, span: member.span });
}
