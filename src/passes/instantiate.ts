/**
 * Writes a net out: its backbones and blocks become layers of one graph, every name resolved and every setting bound.
 */
import type { Call, Definition, LayerStatement, Member, Parameter } from "../../grammar/tree.js";
import { argumentType, missingArgument } from "../diagnostics/codes/arguments.js";
import { nothingFlows, recursion, structure, twoWeights, unknownName } from "../diagnostics/codes/names.js";
import { diagnose, Report, type Span } from "../diagnostics/diagnostic.js";
import { crop as cropKind } from "../layers/crop.js";
import type { Graph } from "../model/graph.js";
import type { Given } from "./bind.js";
import { Builder } from "./builder.js";
import { prepareFlow, type Prepared, type PreparedLayer, type PreparedUse } from "./calls.js";
import { canonicalKernels } from "./canonical.js";
import { readExpectation } from "./expectations.js";
import { checkFormat, readInput, readOutput } from "./interfaces.js";
import type { Module, NamedDefinition } from "./resolve.js";
import { overridesOf, plainUse, readUse, reportUntaken, type Use } from "./use.js";
import { broken, describe, evaluate, resolveNode, Scope, type Evaluated, type NodeValue } from "./values.js";

/** What a net, backbone or block is written out into. */
export interface Environment {
  readonly builder: Builder;
  readonly report: Report;
  readonly module: Module;
  readonly definition: Definition;
  readonly scope: Scope;
  readonly use: Use;
  /** The full name of a layer that the definition calls `local`. */
  readonly nameOf: (local: string) => string;
  /** Where the definition is used, innermost first; empty for a net. */
  readonly sites: readonly Span[];
  /** What is being written out, outermost first, to notice a block within itself. */
  readonly stack: readonly Definition[];
  /** The value of the line above. */
  above: Evaluated | null;
  /** The names of all layers of the definition, for messages. */
  readonly locals: string[];
}

/**
 * The graph of a net, or of a backbone at its canonical size. `given` are values for its parameters.
 */
export function instantiate(
  named: NamedDefinition,
  report: Report,
  given: ReadonlyMap<string, Given> = new Map(),
): Graph {
  const builder = new Builder(report);
  const { definition, module } = named;
  const environment: Environment = {
    builder,
    report,
    module,
    definition,
    scope: new Scope(),
    use: plainUse,
    nameOf: (local) => local,
    sites: [],
    stack: [definition],
    above: null,
    locals: [],
  };
  bindParameters(definition.parameters ?? [], given, environment, definition.name.span);
  writeMembers(environment);
  return {
    name: definition.name.text,
    file: module.path,
    span: definition.name.span,
    nodes: builder.nodes,
    outputs: builder.outputs,
    taps: builder.taps,
    expectations: builder.expectations,
    domain: builder.domain,
    incomplete: builder.incomplete,
  };
}

const parameterTypes = ["int", "number", "bool", "string", "word", "factor", "extent", "list", "node"];

function bindParameters(
  parameters: readonly Parameter[],
  given: ReadonlyMap<string, Given>,
  environment: Environment,
  site: Span,
): void {
  const { scope, report } = environment;
  for (const parameter of parameters) {
    const name = parameter.name.text;
    const type = parameter.type.text;
    if (!parameterTypes.includes(type)) {
      report.add(
        diagnose(argumentType, `there is no parameter type \`${type}\``, {
          at: parameter.type.span,
          help: [`types are ${parameterTypes.join(", ")}`],
        }),
      );
      scope.set(name, broken);
      continue;
    }
    const argument = given.get(name);
    const value = argument?.value ?? (parameter.default ? evaluate(parameter.default, new Scope(), report) : null);
    if (value === null) {
      report.add(
        diagnose(missingArgument, `\`${environment.definition.name.text}\` needs \`${name}\``, {
          at: site,
          label: `no \`${name}\``,
          related: [{ span: parameter.span, message: "has no default" }],
        }),
      );
      scope.set(name, broken);
    } else if (fits(value, type)) scope.set(name, value);
    else {
      const at = argument?.span ?? parameter.default?.span ?? site;
      report.add(
        diagnose(argumentType, `\`${name}\` wants ${typeInWords(type)}, not ${describe(value)}`, {
          at,
          related: argument ? [{ span: parameter.span, message: "declared here" }] : [],
        }),
      );
      scope.set(name, broken);
    }
  }
}

function fits(value: Evaluated, type: string): boolean {
  if (value.kind === "broken" || (value.kind === "word" && value.value === "auto")) return true;
  switch (type) {
    case "int":
      return value.kind === "number" && Number.isInteger(value.value);
    case "bool":
      return value.kind === "boolean";
    default:
      return value.kind === type;
  }
}

function typeInWords(type: string): string {
  const words: Record<string, string> = {
    int: "a whole number",
    bool: "true or false",
    node: "a layer",
    list: "a list",
  };
  return words[type] ?? `a ${type}`;
}

function writeMembers(environment: Environment): void {
  const { definition, report } = environment;
  const expectations: Extract<Member, { kind: "expect" }>[] = [];
  let inputs = 0;
  let outputs = 0;
  for (const member of definition.members) {
    if (environment.builder.full) return;
    switch (member.kind) {
      case "broken":
        environment.builder.incomplete = true;
        environment.above = broken;
        if (member.name) define(member.name.text, broken, member.name.span, environment);
        break;
      case "let":
        define(member.name.text, evaluate(member.value, environment.scope, report), member.name.span, environment);
        break;
      case "input":
        inputs++;
        environment.above = writeInput(member, environment);
        break;
      case "layer":
        writeLayer(member, environment);
        break;
      case "output":
        outputs++;
        if (definition.kind === "net") readOutput(member, environment);
        else misplaced(member.span, "`output` belongs to a net", "a backbone has taps; a block says `return`", report);
        break;
      case "tap":
        writeTap(member, environment);
        break;
      case "return":
        environment.above = resolveNode(member.value, environment.scope, report);
        if (definition.kind === "net") misplaced(member.span, "a net returns nothing", "name it as `output`", report);
        break;
      case "expect":
        expectations.push(member);
    }
  }
  for (const expectation of expectations) readExpectation(expectation, environment);
  if (environment.builder.incomplete || environment.module.incomplete) return;
  if (inputs === 0 && definition.kind !== "block")
    misplaced(
      definition.name.span,
      `\`${definition.name.text}\` has no input`,
      "write `input image: bgr[H, W, 3]`",
      report,
    );
  if (outputs === 0 && definition.kind === "net")
    misplaced(definition.name.span, `\`${definition.name.text}\` has no output`, "write `output score`", report);
}

function misplaced(at: Span, message: string, help: string, report: Report): void {
  report.add(diagnose(structure, message, { at, help: [help] }));
}

/** Gives a name its value; a name that is taken is reported by the builder for layers and here for all else. */
function define(name: string, value: Evaluated, span: Span, environment: Environment): void {
  if (environment.scope.get(name) !== undefined && value.kind !== "broken") {
    environment.report.add(
      diagnose(unknownName, `\`${name}\` already stands for something else here`, {
        at: span,
        help: ["give it a name of its own: later lines could not tell which is meant"],
      }),
    );
    return;
  }
  environment.scope.set(name, value);
}

function writeInput(member: Extract<Member, { kind: "input" }>, environment: Environment): Evaluated {
  const { scope, definition, report } = environment;
  const name = member.name.text;
  if (definition.kind === "block") {
    misplaced(member.span, "a block has no input", `take it as a parameter: \`${name}: node\``, report);
    scope.set(name, broken);
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

function writeTap(member: Extract<Member, { kind: "tap" }>, environment: Environment): void {
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
  builder.taps.push({
    name,
    node: value.node,
    stride: stride.value,
    span: member.stride.span,
    site: environment.sites.at(-1) ?? null,
  });
}

function writeLayer(statement: LayerStatement, environment: Environment): void {
  const { use, scope } = environment;
  const local = statement.name.text;
  environment.locals.push(local);
  const overrides = overridesOf(use, local);
  if (use.without.names.has(local)) {
    use.without.taken.add(local);
    for (const override of overrides) override.taken.done = true;
    return;
  }
  if (scope.get(local) !== undefined) {
    define(local, numberPlaceholder, statement.name.span, environment);
    environment.builder.incomplete = true;
    return;
  }
  const denseKernel = use.convolutionize.names.has(local) ? (use.kernels.get(local) ?? null) : null;
  const dense = statement.flow.calls.some((call) => call.callee.text === "dense");
  if (use.convolutionize.names.has(local)) {
    use.convolutionize.taken.add(local);
    if (!dense) {
      const at = use.convolutionize.names.get(local) ?? statement.name.span;
      environment.report.add(
        diagnose(argumentType, `\`${local}\` is no dense layer, so there is nothing to convolutionize`, {
          at,
          related: [{ span: statement.name.span, message: "defined here" }],
          help: ["leave it out of the list"],
        }),
      );
    }
  }
  const prepared = prepareFlow(statement.flow, {
    scope,
    module: environment.module,
    report: environment.report,
    denseKernel,
    overrides,
  });
  const value = writeFlow(statement, prepared, environment);
  scope.set(local, value);
  environment.above = value;
}

/** Stands in for a value whose only use is that its name is taken. */
const numberPlaceholder: Evaluated = { kind: "number", value: 0, spelling: "0" };

function writeFlow(statement: LayerStatement, prepared: readonly Prepared[], environment: Environment): Evaluated {
  const { report, scope, builder } = environment;
  const head = statement.flow.head;
  let value: Evaluated | null = head ? resolveNode(head, scope, report) : null;
  if (prepared.length === 0) {
    if (value?.kind === "node") return value;
    builder.incomplete = true;
    return broken;
  }
  const owner = environment.nameOf(statement.name.text);
  const named = nameBearer(prepared, statement, report);
  let members: Scope | null = null;
  prepared.forEach((call, index) => {
    if (call.kind === "broken") value = broken;
    else if (call.kind === "layer") {
      const name = index === named ? owner : builder.partName(owner, call.call.callee.text);
      value = writeCall(call, name, value, index === 0 && !head, environment);
    } else {
      const written = writeUse(call, owner, value, index === 0 && !head, environment);
      members = written.members;
      value = written.value;
    }
    if (value.kind === "broken") builder.incomplete = true;
  });
  if (value?.kind !== "node") return broken;
  return members ? { ...value, members } : { ...value, members: null };
}

/** Which call of a flow bears its name: the one with weights to load, else the last. */
function nameBearer(prepared: readonly Prepared[], statement: LayerStatement, report: Report): number {
  const weighted = prepared.flatMap((call, index) => (call.kind === "layer" && call.weighted ? [{ call, index }] : []));
  const blocks = prepared.flatMap((call, index) =>
    call.kind === "use" && call.target.definition.kind === "block" ? [{ call, index }] : [],
  );
  for (const group of [weighted, blocks]) {
    const [first, second] = group;
    if (!first || !second) continue;
    report.add(
      diagnose(twoWeights, `\`${statement.name.text}\` cannot be the weight key of two layers`, {
        at: second.call.call.span,
        label: "has weights too",
        related: [{ span: first.call.call.span, message: "has weights" }],
        help: ["give each a name and a line of its own"],
      }),
    );
  }
  return weighted[0]?.index ?? prepared.length - 1;
}

function incoming(
  value: Evaluated | null,
  heads: boolean,
  call: Call,
  environment: Environment,
): NodeValue | typeof broken {
  const taken = heads ? environment.above : value;
  if (taken === null) {
    environment.report.add(
      diagnose(nothingFlows, `nothing flows into \`${call.callee.text}\``, {
        at: call.span,
        label: "there is no line above",
        help: [`say what it works on: \`value -> ${call.callee.text}\``],
      }),
    );
    return broken;
  }
  return taken.kind === "node" ? taken : broken;
}

function writeCall(
  prepared: PreparedLayer,
  name: string,
  value: Evaluated | null,
  heads: boolean,
  environment: Environment,
): Evaluated {
  const { builder, report } = environment;
  const { layer, call } = prepared;
  const place = { call: call.span, arguments: prepared.argumentSpans, sites: environment.sites };
  const inputs: number[] = [];
  if (layer.inputs === "many") {
    if (!heads) {
      report.add(
        diagnose(nothingFlows, `\`${layer.name}\` names all its inputs in its parentheses`, {
          at: call.span,
          help: [`write \`${layer.name}(a, b)\` at the head of a line`],
        }),
      );
      return broken;
    }
    if (prepared.nodes.length < 2) {
      report.add(
        diagnose(nothingFlows, `\`${layer.name}\` needs at least two inputs`, {
          at: call.span,
          help: [`write \`${layer.name}(a, b)\``],
        }),
      );
      return broken;
    }
  } else {
    const flowing = incoming(value, heads, call, environment);
    if (flowing.kind === "broken") return broken;
    inputs.push(flowing.node);
  }
  for (const node of prepared.nodes) {
    if (node.kind === "broken") return broken;
    inputs.push(node.node);
  }
  if (prepared.crop) {
    const [reference = 0] = inputs;
    const crop = prepared.crop;
    for (let i = 1; i < inputs.length; i++) {
      const cropped = builder.addLayer({
        name: builder.partName(name, "crop"),
        place: { ...place, arguments: { offset: crop.span } },
        layer: cropKind,
        settings: { offset: crop.offset },
        inputs: [inputs[i] ?? 0, reference],
        wasDense: false,
      });
      if (cropped === null) return broken;
      inputs[i] = cropped;
    }
  }
  const node = builder.addLayer({
    name,
    place,
    layer,
    settings: prepared.settings,
    inputs,
    wasDense: prepared.wasDense,
  });
  return node === null ? broken : { kind: "node", node, members: null };
}

interface WrittenUse {
  readonly value: Evaluated;
  readonly members: Scope;
}

function writeUse(
  prepared: PreparedUse,
  owner: string,
  value: Evaluated | null,
  heads: boolean,
  environment: Environment,
): WrittenUse {
  const { report, builder } = environment;
  const { call, target } = prepared;
  const { definition } = target;
  const scope = new Scope();
  const failed: WrittenUse = { value: broken, members: scope };
  if (environment.stack.includes(definition)) {
    report.add(
      diagnose(recursion, `\`${definition.name.text}\` uses itself`, {
        at: call.span,
        related: [{ span: definition.name.span, message: "defined here" }],
      }),
    );
    return failed;
  }
  if (definition.kind === "net") {
    report.add(
      diagnose(structure, `\`${definition.name.text}\` is a net, and nets cannot be used in one another`, {
        at: call.callee.span,
        help: ["make it a `backbone` or a `block`"],
      }),
    );
    return failed;
  }
  const given = new Map(prepared.given);
  const slots = slotsOf(definition).filter((slot) => !given.has(slot));
  const [slot] = slots;
  if (slot !== undefined) {
    const flowing = incoming(value, heads, call, environment);
    given.set(slot, { value: flowing, span: call.span });
  } else if (!heads) {
    report.add(
      diagnose(nothingFlows, `\`${definition.name.text}\` has no place for what flows into it`, {
        at: call.span,
        help: ["all its maps are named in its parentheses already"],
      }),
    );
  }
  let use = call.settings
    ? readUse(call.settings, prepared.overrides, environment.scope, report)
    : { ...plainUse, overrides: prepared.overrides };
  if (use.convolutionize.names.size > 0) {
    const maps = slotsOf(definition);
    const parameters = new Map([...given].filter(([name]) => !maps.includes(name)));
    use = { ...use, kernels: canonicalKernels(instantiate(target, new Report(), parameters)) };
  }
  const inner: Environment = {
    builder,
    report,
    module: target.module,
    definition,
    scope,
    use,
    nameOf: namesOf(definition, use, owner, environment),
    sites: [call.span, ...environment.sites],
    stack: [...environment.stack, definition],
    above: null,
    locals: [],
  };
  for (const member of definition.members)
    if (member.kind === "input") scope.set(member.name.text, given.get(member.name.text)?.value ?? broken);
  bindParameters(definition.parameters ?? [], given, inner, call.span);
  writeMembers(inner);
  reportUntaken(use, definition.name.text, inner.locals, report);
  return { value: inner.above ?? broken, members: scope };
}

/** The places for maps: a backbone's inputs, a block's parameters of type `node`. */
function slotsOf(definition: Definition): string[] {
  return [
    ...(definition.parameters ?? []).filter((parameter) => parameter.type.text === "node").map((p) => p.name.text),
    ...definition.members.flatMap((member) => (member.kind === "input" ? [member.name.text] : [])),
  ];
}

/**
 * A backbone's layers keep their own names, with the suffix or new name that its use gives them, so that weights load by
 * the names they were published under. A block's layers are named after its use, since a block is used many times.
 */
function namesOf(definition: Definition, use: Use, owner: string, outer: Environment): (local: string) => string {
  const own = (local: string): string => use.rename.get(local) ?? `${local}${use.suffix}`;
  if (definition.kind === "block") return (local) => `${owner}.${own(local)}`;
  return (local) => outer.nameOf(own(local));
}
