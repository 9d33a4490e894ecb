/**
 * One call of a flow, made ready: what is called, with its settings bound and its input layers found, but no node made.
 * Names are given only when the whole flow is ready, because they depend on which of its calls have weights.
 */
import type { Call, Flow } from "../../grammar/tree.js";
import { layerSettings, unknownArgument } from "../diagnostics/codes/arguments.js";
import { notALayer, nothingFlows, unknownLayer } from "../diagnostics/codes/names.js";
import { diagnose, type Report, type Span } from "../diagnostics/diagnostic.js";
import { nearest } from "../diagnostics/suggest.js";
import { conv } from "../layers/conv.js";
import { layerKinds } from "../layers/index.js";
import type { LayerKind, ParameterTable, SettingsRecord } from "../model/layer-kind.js";
import type { Pair } from "../model/plan.js";
import { bindSettings, reportUnknownArgument, sortArguments, type Given } from "./bind.js";
import type { Module, NamedDefinition } from "./resolve.js";
import type { Override } from "./use.js";
import { describe, evaluate, type BrokenValue, type Evaluated, type NodeValue, type Scope } from "./values.js";

export interface PreparedLayer {
  readonly kind: "layer";
  readonly call: Call;
  readonly layer: LayerKind;
  readonly settings: SettingsRecord;
  readonly argumentSpans: Readonly<Record<string, Span>>;
  /** With the names before them. */
  readonly settingSpans: Readonly<Record<string, Span>>;
  /** The maps that were named in the parentheses. */
  readonly nodes: readonly (NodeValue | BrokenValue)[];
  /** Given where maps after the first are to be cropped to it: the stated offset, or null to derive it. */
  readonly crop: { readonly offset: Pair | null; readonly span: Span; readonly setting: Span } | null;
  readonly wasDense: boolean;
  /** True when it has weights that a file must bring, so that a name is needed as their key. */
  readonly weighted: boolean;
}

export interface PreparedUse {
  readonly kind: "use";
  readonly call: Call;
  readonly target: NamedDefinition;
  readonly given: ReadonlyMap<string, Given>;
  /** False where its arguments are at fault. */
  readonly sound: boolean;
  readonly overrides: readonly Override[];
}

export interface PreparedBroken {
  readonly kind: "broken";
}

export type Prepared = PreparedLayer | PreparedUse | PreparedBroken;

export interface CallContext {
  readonly scope: Scope;
  readonly module: Module;
  readonly report: Report;
  /** The kernel that this statement's dense layer gets when it becomes a convolution; null where it stays dense. */
  readonly denseKernel: Pair | null;
  /** Overrides of the statement's settings. */
  readonly overrides: readonly Override[];
  /** The name of the line, as its definition calls it. */
  readonly owner: string;
}

const nothing: PreparedBroken = { kind: "broken" };

export function prepareFlow(flow: Flow, context: CallContext): Prepared[] {
  const owners = ownersOf(flow, context);
  const prepared = flow.calls.map((call, index) => {
    const mine = context.overrides.filter((override) => owners.get(override) === index);
    return prepareCall(call, mine, context);
  });
  const misplaced = context.overrides.filter((override) => !owners.has(override));
  if (misplaced.length === 0) return prepared;
  if (flow.calls.every((call) => known(call, context)))
    for (const { path } of misplaced) {
      const settings = flow.calls.flatMap((call) => parametersOf(call, context));
      const [setting] = path;
      if (setting) reportUnknownArgument(setting.text, setting.span, settings, `\`${context.owner}\``, context.report);
    }
  return prepared.map(() => nothing);
}

function known(call: Call, context: CallContext): boolean {
  return layerKinds.has(call.callee.text) || context.module.names.has(call.callee.text);
}

function kindOf(call: Call, context: CallContext): LayerKind | undefined {
  const kind = layerKinds.get(call.callee.text);
  return kind?.role === "dense" && context.denseKernel ? conv : kind;
}

function parametersOf(call: Call, context: CallContext): string[] {
  const kind = kindOf(call, context);
  if (kind) return Object.keys(kind.parameters);
  const parameters = context.module.names.get(call.callee.text)?.definition.parameters ?? [];
  return parameters.map((parameter) => parameter.name.text);
}

/** Which call of the flow takes each override: the one that has such a setting, those with weights before others. */
function ownersOf(flow: Flow, context: CallContext): Map<Override, number> {
  const owners = new Map<Override, number>();
  for (const override of context.overrides) {
    const head = override.path[0]?.text ?? "";
    const takers = flow.calls
      .map((call, index) => ({ call, index }))
      .filter(({ call }) =>
        override.path.length > 1 ? !layerKinds.has(call.callee.text) : parametersOf(call, context).includes(head),
      );
    const taker = takers.find(({ call }) => kindOf(call, context)?.blobs) ?? takers[0];
    if (!taker) continue;
    owners.set(override, taker.index);
  }
  return owners;
}

function prepareCall(call: Call, overrides: readonly Override[], context: CallContext): Prepared {
  const { report } = context;
  const callee = call.callee.text;
  const kind = kindOf(call, context);
  if (kind) return prepareLayer(call, kind, overrides, context);
  const target = context.module.names.get(callee);
  if (target === null) return nothing;
  if (target !== undefined) return prepareUse(call, target, overrides, context);
  if (context.scope.get(callee)) {
    report.add(
      diagnose(notALayer, `\`${callee}\` is a value, and a layer is wanted after \`->\``, {
        at: call.callee.span,
        label: "a value, not a layer",
        help: ["values stand at the head of a flow; name several of them in the parentheses of `sum` or `concat`"],
      }),
    );
    return nothing;
  }
  if (context.module.incomplete) return nothing;
  const near = nearest(callee, [...layerKinds.keys(), ...context.module.names.keys()]);
  report.add(
    diagnose(unknownLayer, `there is no layer \`${callee}\``, {
      at: call.callee.span,
      label: near ? `did you mean \`${near}\`?` : "unknown",
      notes: near ? [] : [`layer kinds: ${[...layerKinds.keys()].join(", ")}`],
      help: near ? [] : ["backbones and blocks must be defined in this file or imported"],
      fixes: near ? [{ title: `write \`${near}\``, span: call.callee.span, replacement: near }] : [],
    }),
  );
  return nothing;
}

/** Arguments in order and by name, evaluated. */
function readArguments(
  call: Call,
  context: CallContext,
): {
  positional: Given[];
  named: (Given & { name: string; nameSpan: Span })[];
} {
  const positional: Given[] = [];
  const named: (Given & { name: string; nameSpan: Span })[] = [];
  for (const argument of call.arguments ?? []) {
    const given = { value: evaluate(argument.value, context.scope, context.report), span: argument.value.span };
    if (argument.name)
      named.push({ ...given, setting: argument.span, name: argument.name.text, nameSpan: argument.name.span });
    else positional.push(given);
  }
  return { positional, named };
}

/** Whether an argument is meant as a map; a bare word that names nothing is, where only maps can stand. */
function asNode(given: Given, context: CallContext): NodeValue | BrokenValue {
  const { value } = given;
  if (value.kind === "node" || value.kind === "broken") return value;
  if (value.kind === "word") {
    const near = nearest(value.value, context.scope.names);
    context.report.add(
      diagnose(unknownLayer, `nothing here is called \`${value.value}\``, {
        at: given.span,
        label: near ? `did you mean \`${near}\`?` : "unknown",
        fixes: near ? [{ title: `write \`${near}\``, span: given.span, replacement: near }] : [],
      }),
    );
  } else {
    context.report.add(
      diagnose(notALayer, `${describe(value)} stands where a layer is wanted`, { at: given.span, label: "no layer" }),
    );
  }
  return { kind: "broken" };
}

function prepareLayer(call: Call, kind: LayerKind, overrides: readonly Override[], context: CallContext): Prepared {
  const { report } = context;
  if (call.settings) {
    report.add(
      diagnose(unknownArgument, `\`${kind.name}\` takes its settings in parentheses, not in braces`, {
        at: call.settings.span,
        help: [`write \`${kind.name}(setting: value)\``],
      }),
    );
  }
  let { positional, named } = readArguments(call, context);
  const nodes: (NodeValue | BrokenValue)[] = [];
  let crop: PreparedLayer["crop"] = null;
  if (kind.inputs === "many") {
    nodes.push(...positional.map((given) => asNode(given, context)));
    positional = [];
    crop = readCrop(named, context);
    named = named.filter((given) => given.name !== "crop");
  } else if (kind.inputs === "reference") {
    const to = named.find((given) => given.name === "to") ?? positional[0];
    if (to) nodes.push(asNode(to, context));
    else {
      report.add(
        diagnose(nothingFlows, `\`${kind.name}\` does not say which map it crops to`, {
          at: call.span,
          help: [`write \`${kind.name}(to: image)\``],
        }),
      );
      nodes.push({ kind: "broken" });
    }
    positional = positional.filter((given) => given !== to);
    named = named.filter((given) => given !== to);
  } else {
    const map = positional.find((given) => given.value.kind === "node");
    if (map) {
      report.add(
        diagnose(notALayer, `data flows into \`${kind.name}\` through \`->\`, not through its parentheses`, {
          at: map.span,
          help: [`write \`value -> ${kind.name}(...)\``],
        }),
      );
      return nothing;
    }
  }
  const wasDense = call.callee.text !== kind.name;
  const parameters = wasDense ? denseOrder(kind.parameters) : kind.parameters;
  const { given, sound } = sortArguments(positional, named, Object.keys(parameters), kind.name, report);
  if (wasDense && context.denseKernel && !given.has("kernel"))
    given.set("kernel", { value: { kind: "extent", value: context.denseKernel }, span: call.span });
  for (const override of overrides) given.set(override.path[0]?.text ?? "", override);
  const bound = bindSettings(kind.parameters, given, kind.name, call.callee.span, report);
  if (!bound || !sound) return nothing;
  const settings = kind.complete ? kind.complete(bound) : bound;
  const problem = kind.check?.(settings);
  const argumentSpans = Object.fromEntries([...given].map(([name, argument]) => [name, argument.span]));
  const settingSpans = Object.fromEntries(
    [...given].flatMap(([name, { setting }]) => (setting ? [[name, setting] as const] : [])),
  );
  if (problem) {
    const at = (problem.parameter && argumentSpans[problem.parameter]) || call.span;
    report.add(diagnose(layerSettings, problem.problem, { at, help: problem.help ? [problem.help] : [] }));
    return nothing;
  }
  const weighted = kind.role === "dense" || (kind.blobs?.(settings, 1, 1).some((blob) => !blob.frozen) ?? false);
  return { kind: "layer", call, layer: kind, settings, argumentSpans, settingSpans, nodes, crop, wasDense, weighted };
}

/** A dense layer's arguments keep their order when it becomes a convolution: `dense(4096)` gives the channels alone. */
function denseOrder(parameters: ParameterTable): ParameterTable {
  const { channels, bias, init, ...rest } = parameters;
  return { ...(channels && { channels }), ...(bias && { bias }), ...(init && { init }), ...rest };
}

function readCrop(named: readonly (Given & { name: string })[], context: CallContext): PreparedLayer["crop"] {
  const given = named.find((argument) => argument.name === "crop");
  if (!given || (given.value.kind === "word" && given.value.value === "none")) return null;
  const table = { crop: { type: "offset", documentation: "`none`, `auto`, units, or `[y, x]`" } } as const;
  const settings = bindSettings(table, new Map([["crop", given]]), "a merge", given.span, context.report);
  if (!settings) return null;
  const offset = settings["crop"];
  return {
    offset: Array.isArray(offset) ? (offset as unknown as Pair) : null,
    span: given.span,
    setting: given.setting ?? given.span,
  };
}

function prepareUse(
  call: Call,
  target: NamedDefinition,
  overrides: readonly Override[],
  context: CallContext,
): Prepared {
  const { positional, named } = readArguments(call, context);
  const parameters = (target.definition.parameters ?? []).map((parameter) => parameter.name.text);
  const inputs = target.definition.members.flatMap((member) => (member.kind === "input" ? [member.name.text] : []));
  const { given, sound } = sortArguments(
    positional,
    named,
    [...parameters, ...inputs],
    call.callee.text,
    context.report,
  );
  const own = overrides.filter((override) => override.path.length === 1);
  for (const override of own) given.set(override.path[0]?.text ?? "", override);
  return { kind: "use", call, target, given, sound, overrides: overrides.filter(({ path }) => path.length > 1) };
}

export function isNode(value: Evaluated): value is NodeValue {
  return value.kind === "node";
}
