/** A layer of a spec as a value: its kind, with every setting that it has, and how it is written. */
import { layerKinds } from "../../layers/index.js";
import type { Initializer, Pair } from "../../model/plan.js";
import type { LayerKind, Parameter, Setting, SettingsRecord } from "../../model/layer-kind.js";

export interface Call {
  readonly kind: string;
  /** Complete: defaults included. */
  readonly settings: SettingsRecord;
}

/** A layer with these settings and the defaults of its kind. */
export function call(kind: string, given: SettingsRecord = {}): Call {
  const layer = kindOf(kind);
  const settings = Object.fromEntries(
    Object.entries(layer.parameters).map(([name, parameter]) => [name, given[name] ?? defaultOf(parameter)]),
  );
  return { kind, settings: layer.complete?.(settings) ?? settings };
}

export function kindOf(kind: string): LayerKind {
  const layer = layerKinds.get(kind);
  if (layer === undefined) throw new Error(`there is no layer kind ${kind}`);
  return layer;
}

function defaultOf(parameter: Parameter): Setting {
  const value: Setting = "default" in parameter ? (parameter.default ?? null) : null;
  const isPair = parameter.type === "extent" || parameter.type === "pixels";
  return isPair && typeof value === "number" ? [value, value] : value;
}

/** `conv(21, 1, init: zero)`: what is as it would be anyway is left out. `texts` replaces what a setting is written as. */
export function printCall(
  { kind, settings }: Call,
  before: readonly string[] = [],
  texts: Readonly<Record<string, string>> = {},
): string {
  const layer = kindOf(kind);
  const written = [...before];
  // Arguments may do without their names until one is left out.
  let positional = before.length === 0;
  for (const [name, parameter] of Object.entries(layer.parameters)) {
    const value = settings[name] ?? null;
    if (isImplied(layer, settings, name, parameter)) {
      positional = false;
      continue;
    }
    const text = texts[name] ?? printSetting(value, parameter);
    const bare =
      positional && (!("default" in parameter) || parameter.type === "factor" || BARE.has(`${kind}.${name}`));
    written.push(bare ? text : `${name}: ${text}`);
    if (!bare) positional = false;
  }
  return written.length === 0 && !NEEDS_PARENTHESES.has(kind) ? kind : `${kind}(${written.join(", ")})`;
}

/** Settings with a default that everybody writes without their names. */
const BARE: ReadonlySet<string> = new Set(["dropout.rate", "lrn.size", "scale.factor", "leaky.slope"]);

/** Kinds with weights head a line of their own. */
const NEEDS_PARENTHESES: ReadonlySet<string> = new Set(["batchnorm", "prelu"]);

/** Always written: they say what a layer is. */
const STATED: ReadonlySet<string> = new Set(["dropout.rate", "lrn.size"]);

function isImplied(layer: LayerKind, settings: SettingsRecord, name: string, parameter: Parameter): boolean {
  if (STATED.has(`${layer.name}.${name}`)) return false;
  if (settings[name] === null || settings[name] === undefined) return true;
  if (!("default" in parameter)) return false;
  const without = { ...settings, [name]: defaultOf(parameter) };
  const completed = layer.complete?.(without) ?? without;
  return JSON.stringify(completed[name]) === JSON.stringify(settings[name]);
}

function printSetting(value: Setting, parameter: Parameter): string {
  if (value === null) return "auto";
  if (typeof value === "number") return parameter.type === "factor" ? `${value}x` : number(value);
  if (typeof value !== "object") return String(value);
  if ("kind" in value) return printInitializer(value);
  const items = value as readonly number[];
  if (parameter.type === "numbers") return `[${items.map(number).join(", ")}]`;
  const [y = 0, x = 0] = items as Pair;
  if (y === x) return String(y);
  return parameter.type === "offset" ? `[${y}, ${x}]` : `${y}x${x}`;
}

function printInitializer(init: Initializer): string {
  if (init.kind === "gaussian") return `gaussian(${number(init.std)})`;
  if (init.kind === "constant") return `constant(${number(init.value)})`;
  return init.kind;
}

/** A number as a spec writes it: `1e-10`, `100_000`, `-3`. */
export function number(value: number): string {
  const text = String(value).replace("e+", "e");
  return /^\d{5,}$/.test(text) ? text.replaceAll(/\B(?=(\d{3})+$)/g, "_") : text;
}
