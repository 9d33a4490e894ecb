/**
 * What the braces on the use of a backbone or block say: overrides of settings, layers to leave out, dense layers to
 * make into convolutions, and how its layers are renamed.
 */
import type { Settings } from "../../grammar/tree.js";
import { argumentType } from "../diagnostics/codes/arguments.js";
import { unknownName } from "../diagnostics/codes/names.js";
import { diagnose, type Report, type Span } from "../diagnostics/diagnostic.js";
import { nearest } from "../diagnostics/suggest.js";
import type { Pair } from "../model/plan.js";
import type { Given } from "./bind.js";
import { describe, evaluate, type Evaluated, type Scope } from "./values.js";

/** `conv1_1.pad: 100`, with what is left of its path once a layer took the first part. */
export interface Override extends Given {
  readonly path: readonly string[];
  readonly keySpan: Span;
  /** The owner's note that somebody took it, shared by all views of one override. */
  readonly taken: { done: boolean };
}

export interface NamedList {
  readonly names: ReadonlyMap<string, Span>;
  readonly taken: Set<string>;
}

export interface Use {
  readonly overrides: readonly Override[];
  readonly without: NamedList;
  readonly convolutionize: NamedList;
  /** Kernels of the dense layers that become convolutions, by local name; filled in from the canonical size. */
  readonly kernels: ReadonlyMap<string, Pair>;
  readonly suffix: string;
  readonly rename: ReadonlyMap<string, string>;
  /** The braces, for messages. */
  readonly span: Span | null;
}

const noNames: NamedList = { names: new Map(), taken: new Set() };

export const plainUse: Use = {
  overrides: [],
  without: noNames,
  convolutionize: noNames,
  kernels: new Map(),
  suffix: "",
  rename: new Map(),
  span: null,
};

/** The part of a use that concerns one member: the overrides below its name. */
export function overridesOf(use: Use, member: string): Override[] {
  return use.overrides
    .filter((override) => override.path[0] === member)
    .map((override) => ({ ...override, path: override.path.slice(1) }));
}

export function readUse(settings: Settings, inherited: readonly Override[], scope: Scope, report: Report): Use {
  const overrides: Override[] = [...inherited];
  let without = noNames;
  let convolutionize = noNames;
  let suffix = "";
  let rename: ReadonlyMap<string, string> = new Map();
  for (const entry of settings.entries) {
    const path = entry.key.parts.map((part) => part.text);
    const span = entry.value.span;
    if (path.length > 1) {
      const value = evaluate(entry.value, scope, report);
      overrides.push({ path, value, span, keySpan: entry.key.parts[0]?.span ?? span, taken: { done: false } });
      continue;
    }
    switch (path[0]) {
      case "without":
        without = readNames(entry, report);
        break;
      case "convolutionize":
        convolutionize = readNames(entry, report);
        break;
      case "suffix": {
        const value = evaluate(entry.value, scope, report);
        if (value.kind === "string" && /^[A-Za-z0-9_]*$/.test(value.value)) suffix = value.value;
        else wrong(value, '`suffix` wants letters, digits and underscores in quotes, such as `"hha"`', span, report);
        break;
      }
      case "rename":
        rename = readRename(evaluate(entry.value, scope, report), span, report);
        break;
      default: {
        const words = ["without", "convolutionize", "suffix", "rename"];
        const near = nearest(path[0] ?? "", words);
        report.add(
          diagnose(unknownName, `the use of a backbone has no setting \`${path[0] ?? ""}\``, {
            at: entry.key.span,
            label: near ? `did you mean \`${near}\`?` : "unknown",
            help: near
              ? []
              : [`it has ${words.map((word) => `\`${word}\``).join(", ")}, and \`layer.setting\` for any layer`],
            fixes: near ? [{ title: `write \`${near}\``, span: entry.key.span, replacement: near }] : [],
          }),
        );
      }
    }
  }
  return { overrides, without, convolutionize, kernels: new Map(), suffix, rename, span: settings.span };
}

function wrong(value: Evaluated, message: string, at: Span, report: Report): void {
  if (value.kind !== "broken") report.add(diagnose(argumentType, `${message}, not ${describe(value)}`, { at }));
}

function readNames(entry: Settings["entries"][number], report: Report): NamedList {
  const names = new Map<string, Span>();
  if (entry.value.kind !== "list") {
    report.add(
      diagnose(argumentType, `\`${entry.key.parts[0]?.text ?? ""}\` wants a list of layers, such as \`[fc8]\``, {
        at: entry.value.span,
      }),
    );
    return noNames;
  }
  for (const item of entry.value.items) {
    if (item.kind === "reference") names.set(item.parts.map((part) => part.text).join("."), item.span);
    else report.add(diagnose(argumentType, "a layer's name is wanted here", { at: item.span }));
  }
  return { names, taken: new Set() };
}

function readRename(value: Evaluated, at: Span, report: Report): ReadonlyMap<string, string> {
  const rename = new Map<string, string>();
  if (value.kind !== "object") {
    wrong(value, "`rename` wants pairs such as `{ conv1_1: conv1_1_bgrd }`", at, report);
    return rename;
  }
  for (const [from, to] of value.entries) {
    if (to.kind === "word" || to.kind === "string") rename.set(from, to.value);
    else wrong(to, `\`${from}\` wants a new name`, at, report);
  }
  return rename;
}

/** Reports what a use names and its definition does not have. `members` are the definition's layers. */
export function reportUntaken(use: Use, owner: string, members: readonly string[], report: Report): void {
  const missing = (name: string, at: Span): void => {
    const near = nearest(name, members);
    report.add(
      diagnose(unknownName, `\`${owner}\` has no layer \`${name}\``, {
        at,
        label: near ? `did you mean \`${near}\`?` : "unknown",
        fixes: near ? [{ title: `write \`${near}\``, span: at, replacement: near }] : [],
      }),
    );
  };
  for (const list of [use.without, use.convolutionize])
    for (const [name, span] of list.names) if (!list.taken.has(name)) missing(name, span);
  const known = new Set(members);
  for (const override of use.overrides)
    if (!override.taken.done && !known.has(override.path[0] ?? "")) missing(override.path[0] ?? "", override.keySpan);
  for (const [name] of use.rename) if (!known.has(name) && use.span) missing(name, use.span);
}
