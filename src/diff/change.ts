/** One thing that differs, before and after, as text that is read. */
import { bothAxes, decimal } from "../inspect/quantities.js";
import type { InspectLayer } from "../inspect/report.js";
import type { PlanLayer, PlanSettings, PlanValue } from "../model/plan.js";

export interface Change {
  /** `pad`, `stride`, `loss` */
  readonly what: string;
  /** Null where there is none. */
  readonly before: string | null;
  readonly after: string | null;
}

export function changesBetween(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): readonly Change[] {
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((what) => {
    const change = { what, before: before.get(what) ?? null, after: after.get(what) ?? null };
    return change.before === change.after ? [] : [change];
  });
}

/** What is written of a layer: its kind and settings. A crop's offset is derived, and told with the geometry. */
export function writtenFacts({ kind, settings }: PlanLayer): Map<string, string> {
  const all = flattened(settings);
  if (kind === "crop") all.delete("offset");
  return new Map([["kind", kind], ...all]);
}

/** What follows from a net as a whole: where its map lies and how large it is. */
export function derivedFacts(layer: InspectLayer): Map<string, string> {
  const { channels, height, width, heightFormula, widthFormula, grid } = layer;
  const facts = new Map([["channels", `${channels}`]]);
  if (height === null || width === null) facts.set("height", heightFormula).set("width", widthFormula);
  else facts.set("size", `${height}x${width}`);
  if (!grid) return facts.set("stride", "unknown");
  return facts
    .set("stride", bothAxes(decimal(grid.y.stride), decimal(grid.x.stride), "x"))
    .set("origin", bothAxes(decimal(grid.y.origin), decimal(grid.x.origin)))
    .set("field", bothAxes(`${grid.y.field}`, `${grid.x.field}`, "x"));
}

/** One fact for each setting: `train.loss` is `softmax`, and `train.loss.reduce` is `sum`. */
export function flattened(settings: PlanSettings, prefix = ""): Map<string, string> {
  const facts = new Map<string, string>();
  for (const [key, value] of Object.entries(settings)) {
    const name = prefix === "" ? key : `${prefix}.${key}`;
    const call = callOf(value);
    if (call) {
      facts.set(name, call.text);
      for (const entry of flattened(call.named, name)) facts.set(...entry);
    } else if (isSettings(value) && isGroup(value)) for (const entry of flattened(value, name)) facts.set(...entry);
    else facts.set(name, valueText(value));
  }
  return facts;
}

function isSettings(value: PlanValue | undefined): value is PlanSettings {
  return typeof value === "object" && !Array.isArray(value);
}

/** Neither a factor nor an extent nor an initializer, which are values of their own. */
function isGroup(value: PlanSettings): boolean {
  return !("factor" in value) && !("extent" in value) && !("kind" in value);
}

/** `weights("vgg16.safetensors", suffix: "color")`: its arguments in order as text, those with names apart. */
function callOf(value: PlanValue): { readonly text: string; readonly named: PlanSettings } | null {
  if (!isSettings(value) || typeof value["call"] !== "string") return null;
  const given = isSettings(value["arguments"]) ? Object.entries(value["arguments"]) : [];
  const isOrdered = ([key]: [string, PlanValue]): boolean => /^\d+$/.test(key);
  const ordered = given.filter(isOrdered).map(([, argument]) => valueText(argument));
  const text = ordered.length > 0 ? `${value["call"]}(${ordered.join(", ")})` : value["call"];
  return { text, named: Object.fromEntries(given.filter((entry) => !isOrdered(entry))) };
}

function valueText(value: PlanValue): string {
  const call = callOf(value);
  if (call) return withArguments(call.text, call.named);
  if (isSettings(value)) {
    const { kind, factor, extent, ...rest } = value;
    if (factor !== undefined) return `${valueText(factor)}x`;
    if (extent !== undefined) return valueText(extent);
    return typeof kind === "string" ? withArguments(kind, rest) : withArguments("", rest);
  }
  if (!Array.isArray(value)) return String(value);
  const parts: readonly PlanValue[] = value;
  const [y, x, ...others] = parts;
  if (typeof y === "number" && typeof x === "number" && others.length === 0) return bothAxes(`${y}`, `${x}`, "x");
  return `[${parts.map(valueText).join(", ")}]`;
}

function withArguments(name: string, named: PlanSettings): string {
  const texts = Object.entries(named).map(([key, value]) => `${key}: ${valueText(value)}`);
  if (texts.length === 0) return name;
  return name.endsWith(")") ? `${name.slice(0, -1)}, ${texts.join(", ")})` : `${name}(${texts.join(", ")})`;
}
