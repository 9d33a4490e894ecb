/** Makes the call of a layer kind ready: its arguments sorted, evaluated and bound, and the maps that it names found. */
import type { Call } from "../../grammar/tree.js";
import { layerSettings, unknownArgument } from "../diagnostics/codes/arguments.js";
import { notALayer, nothingFlows } from "../diagnostics/codes/names.js";
import { diagnose, type Span } from "../diagnostics/diagnostic.js";
import type { LayerKind, ParameterTable } from "../model/layer-kind.js";
import type { Pair } from "../model/plan.js";
import { bindSettings, sortArguments, type Given } from "./bind.js";
import { nothing, type CallContext, type Prepared, type PreparedLayer } from "./prepared.js";
import type { Override } from "./use.js";
import { describe, evaluate, reportUnknown, type BrokenValue, type NodeValue } from "./values.js";

/** Arguments in order and by name, evaluated. */
export function readArguments(
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
    reportUnknown(value.value, given.span, context.scope.names, context.report);
  } else {
    context.report.add(
      diagnose(notALayer, `${describe(value)} stands where a layer is wanted`, { at: given.span, label: "no layer" }),
    );
  }
  return { kind: "broken" };
}

export function prepareLayer(
  call: Call,
  kind: LayerKind,
  overrides: readonly Override[],
  context: CallContext,
): Prepared {
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
    else if (named.some(({ name }) => !Object.hasOwn(kind.parameters, name))) nodes.push({ kind: "broken" });
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
    if (kind.inputs === "target") {
      const to = named.find((given) => given.name === "to");
      if (to) nodes.push(asNode(to, context));
      named = named.filter((given) => given !== to);
    }
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
  const { given, sound } = sortArguments(
    positional,
    named,
    Object.keys(parameters),
    kind.name,
    report,
    alsoKnown(kind),
  );
  if (wasDense && context.denseKernel && !given.has("kernel"))
    given.set("kernel", { value: { kind: "extent", value: context.denseKernel }, span: call.span });
  for (const override of overrides) given.set(override.path[0]?.text ?? "", override);
  const bound = bindSettings(kind.parameters, given, kind.name, call.callee.span, report, sound && !call.settings);
  if (!bound) return nothing;
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

/** Names of arguments that are no settings of the kind: the maps it works on, and how they are cropped. */
function alsoKnown(kind: LayerKind): readonly string[] {
  if (kind.inputs === "many") return ["crop"];
  return kind.inputs === "reference" || kind.inputs === "target" ? ["to"] : [];
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
