/**
 * Writes a net out: its backbones and blocks become layers of one graph, every name resolved and every setting bound.
 */
import type { Expect, Input, LayerStatement, Member, Tap } from "../../grammar/tree.js";
import { argumentType } from "../diagnostics/codes/arguments.js";
import { diagnose, type Report } from "../diagnostics/diagnostic.js";
import type { Graph } from "../model/graph.js";
import type { Given } from "./bind.js";
import { prepareFlow } from "./calls.js";
import { define, misplaced, type Environment } from "./environment.js";
import { readExpectation } from "./expectations.js";
import { writeFlow } from "./flow.js";
import { graphOf } from "./graph-of.js";
import { checkFormat, readInput, readOutput } from "./interfaces.js";
import type { NamedDefinition } from "./resolve.js";
import { broken, describe, evaluate, resolveNode, type Evaluated } from "./values.js";

/** The graph of a net, or of a backbone at its canonical size. `given` are values for its parameters. */
export function instantiate(
  named: NamedDefinition,
  report: Report,
  given: ReadonlyMap<string, Given> = new Map(),
): Graph {
  return graphOf(named, report, given, writeMembers);
}

function writeMembers(environment: Environment): void {
  const { definition, report, builder } = environment;
  const expectations: Expect[] = [];
  for (const member of definition.members) {
    if (builder.full || report.full) return;
    if (member.kind === "expect") expectations.push(member);
    else writeMember(member, environment);
  }
  if (!environment.use.reshapes) for (const expectation of expectations) readExpectation(expectation, environment);
  if (builder.incomplete || environment.module.incomplete) return;
  const { name, kind, members } = definition;
  const lacks = (member: Member["kind"]): boolean => members.every((other) => other.kind !== member);
  if (kind !== "block" && lacks("input"))
    misplaced(name.span, `\`${name.text}\` has no input`, "write `input image: bgr[H, W, 3]`", report);
  if (kind === "block" && lacks("layer") && lacks("return"))
    misplaced(name.span, `\`${name.text}\` gives nothing back`, "end it with a layer, or with `return name`", report);
  if (kind === "net" && lacks("output") && lacks("return"))
    misplaced(name.span, `\`${name.text}\` has no output`, "write `output score`", report);
}

function writeMember(member: Exclude<Member, Expect>, environment: Environment): void {
  const { definition, report, scope, builder } = environment;
  switch (member.kind) {
    case "broken":
      builder.incomplete = true;
      environment.above = broken;
      if (member.name && scope.get(member.name.text) === undefined)
        scope.set(member.name.text, broken, member.name.span);
      return;
    case "let":
      define(member.name.text, evaluate(member.value, scope, report), member.name.span, environment);
      return;
    case "input":
      environment.above = writeInput(member, environment);
      return;
    case "layer":
      writeLayer(member, environment);
      return;
    case "output":
      if (definition.kind === "net") readOutput(member, environment);
      else misplaced(member.span, "`output` belongs to a net", "a backbone has taps; a block says `return`", report);
      return;
    case "tap":
      writeTap(member, environment);
      return;
    case "return":
      environment.above = resolveNode(member.value, scope, report);
      if (definition.kind === "net") misplaced(member.span, "a net returns nothing", "name it as `output`", report);
  }
}

function writeInput(member: Input, environment: Environment): Evaluated {
  const { scope, definition, report } = environment;
  const name = member.name.text;
  if (definition.kind === "block") {
    misplaced(member.span, "a block has no input", `take it as a parameter: \`${name}: node\``, report);
    if (scope.get(name) === undefined) scope.set(name, broken);
    return broken;
  }
  const fed = environment.sites.length > 0 ? scope.get(name) : undefined;
  if (fed !== undefined) {
    if (fed.kind === "node") checkFormat(member, fed, environment);
    return fed;
  }
  const value = readInput(member, environment);
  define(name, value, member.name.span, environment);
  return value;
}

function writeTap(member: Tap, environment: Environment): void {
  const { builder, report, scope, use } = environment;
  const local = member.value.parts[0]?.text ?? "";
  if (use.without.names.has(local)) return;
  const value = resolveNode(member.value, scope, report);
  if (value.kind !== "node" || !member.stride) return;
  const stride = evaluate(member.stride, scope, report);
  if (stride.kind === "broken") return;
  if (stride.kind !== "number") {
    report.add(diagnose(argumentType, `a stride is a number, not ${describe(stride)}`, { at: member.stride.span }));
    return;
  }
  const name = member.value.parts.map((part) => part.text).join(".");
  const restated = use.taps.get(name);
  const site = environment.sites.at(-1) ?? null;
  if (restated) builder.taps.push({ ...restated, name, node: value.node, site: null });
  else builder.taps.push({ name, node: value.node, stride: stride.value, span: member.stride.span, site });
}

function writeLayer(statement: LayerStatement, environment: Environment): void {
  const { use, scope, module, report, builder } = environment;
  const local = statement.name.text;
  const leftOut = use.without.names.get(local);
  if (leftOut) {
    scope.set(local, { kind: "broken", leftOut });
    return;
  }
  const taken = scope.get(local) !== undefined;
  if (taken) {
    define(local, broken, statement.name.span, environment);
    // A value that is no layer would be taken for a fault of its own where the layer is meant.
    if (scope.get(local)?.kind !== "node") scope.set(local, broken);
    builder.incomplete = true;
  }
  const overrides = use.overrides.get(local) ?? [];
  const convolutionized = use.convolutionize.names.get(local);
  if (convolutionized && statement.flow.calls.every((call) => call.callee.text !== "dense"))
    report.add(
      diagnose(argumentType, `\`${local}\` is no dense layer, so there is nothing to convolutionize`, {
        at: convolutionized,
        related: [{ span: statement.name.span, message: "defined here" }],
        help: ["leave it out of the list"],
      }),
    );
  const denseKernel = convolutionized ? (use.kernels.get(local) ?? null) : null;
  const prepared = prepareFlow(statement.flow, { scope, module, report, denseKernel, overrides, owner: local });
  // A line whose name is taken is read all the same, for what else may be wrong with it.
  const name = taken ? builder.partName(local, "again") : environment.nameOf(local);
  const value = writeFlow(statement, prepared, name, environment);
  if (!taken) scope.set(local, value, statement.name.span);
  environment.above = value;
}
