/**
 * One call of a flow, made ready: what is called, with its settings bound and its input layers found, but no node made.
 * Names are given only when the whole flow is ready, because they depend on which of its calls have weights.
 */
import type { Call, Flow } from "../../grammar/tree.js";
import { notALayer, unknownLayer } from "../diagnostics/codes/names.js";
import { diagnose } from "../diagnostics/diagnostic.js";
import { nearest } from "../diagnostics/suggest.js";
import { conv } from "../layers/conv.js";
import { layerKinds } from "../layers/index.js";
import type { LayerKind } from "../model/layer-kind.js";
import { reportUnknownArgument, sortArguments } from "./bind.js";
import { prepareLayer, readArguments } from "./prepare-layer.js";
import { nothing, type CallContext, type Prepared } from "./prepared.js";
import type { NamedDefinition } from "./resolve.js";
import type { Override } from "./use.js";

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

function prepareUse(
  call: Call,
  target: NamedDefinition,
  overrides: readonly Override[],
  context: CallContext,
): Prepared {
  const { positional, named } = readArguments(call, context);
  const parameters = (target.definition.parameters ?? []).map((parameter) => parameter.name.text);
  const inputs = target.definition.members.flatMap((member) => (member.kind === "input" ? [member.name.text] : []));
  // An input may be given in order too, where it is a map: a number too many is none.
  const maps = positional.slice(parameters.length).every(({ value }) => value.kind === "node") ? inputs : [];
  const { given, sound } = sortArguments(
    positional,
    named,
    [...parameters, ...maps],
    call.callee.text,
    context.report,
    inputs,
  );
  const own = overrides.filter((override) => override.path.length === 1);
  for (const override of own) given.set(override.path[0]?.text ?? "", override);
  return { kind: "use", call, target, given, sound, overrides: overrides.filter(({ path }) => path.length > 1) };
}
