/**
 * Rates and decays: `bias: { rate: 2x, decay: 0 }` for all biases, `score_fr.rate: 10x` for a layer. They are settled
 * for every blob, as Caffe's lr_mult and decay_mult.
 */
import type { Setting, Value } from "../../grammar/tree.js";
import { argumentType } from "../diagnostics/codes/arguments.js";
import { recipeSetting } from "../diagnostics/codes/recipes.js";
import { diagnose, type Report, type Span } from "../diagnostics/diagnostic.js";
import { nearest } from "../diagnostics/suggest.js";
import type { Graph } from "../model/graph.js";
import type { Blob } from "../model/layer-kind.js";
import type { Declarations } from "./recipe.js";
import { recipeKeys } from "./recipe-keys.js";
import { keyOf } from "./setting-shape.js";
import { broken, describe, type Evaluated } from "./values.js";

/** Multiples of the recipe's rate and decay. */
export interface Multiples {
  rate: number;
  decay: number;
}

export interface LayerRates {
  readonly weight: Partial<Multiples>;
  readonly bias: Partial<Multiples>;
}

/**
 * The rate and decay of a blob. A layer's `rate` counts for its weights and its bias, so that 0 freezes both; a bias's
 * own multiple is on top of it. Frozen blobs have rate 0.
 */
export function ratesOf(declarations: Declarations, layer: string, blob: Blob): Multiples {
  if (blob.frozen) return { rate: 0, decay: 1 };
  const own = declarations.layers.get(layer);
  const rate = own?.weight.rate ?? 1;
  const decay = own?.weight.decay ?? 1;
  if (blob.key === "weight") return { rate, decay };
  return {
    rate: rate * (own?.bias.rate ?? declarations.bias.rate ?? 1),
    decay: own?.bias.decay ?? declarations.bias.decay ?? decay,
  };
}

/** What a recipe says about rates, while it is read. */
export interface Rates {
  readonly layers: Map<string, { readonly weight: Partial<Multiples>; readonly bias: Partial<Multiples> }>;
  readonly bias: Partial<Multiples>;
  /** The layers with weights, by name. */
  readonly weighted: ReadonlySet<string>;
}

/** `score_fr.rate: 10x`, `score_fr.bias.decay: 0`, `score_fr.bias: { rate: 1x, decay: 1 }`. False where it is faulty. */
export function readLayerRate(entry: Setting, value: Evaluated, graph: Graph, rates: Rates, report: Report): boolean {
  const parts = entry.key.parts.map((part) => part.text);
  const last = parts.at(-1) ?? "";
  const measure = last === "rate" || last === "decay" ? last : null;
  if (measure) parts.pop();
  const biased = parts.length > 1 && parts.at(-1) === "bias";
  if (biased) parts.pop();
  if ((!measure && !biased) || parts.length === 0) {
    reportUnknownKey(entry, report);
    return false;
  }
  const layer = [parts, parts.slice(1)].map((path) => path.join(".")).find((name) => rates.weighted.has(name));
  if (layer === undefined) {
    if (!graph.incomplete) reportUnknownLayer(entry, parts, graph, rates, report);
    return false;
  }
  const own = rates.layers.get(layer) ?? { weight: {}, bias: {} };
  rates.layers.set(layer, own);
  const into = biased ? own.bias : own.weight;
  if (!measure) return readMultiples(value, into, entry.value, report);
  const multiple = multipleOf(value, measure, entry.value.span, report);
  if (multiple !== null) into[measure] = multiple;
  return multiple !== null;
}

function reportUnknownKey(entry: Setting, report: Report): void {
  const keys = Object.keys(recipeKeys);
  const near = nearest(keyOf(entry), keys) ?? nearOwn(entry);
  report.add(
    diagnose(recipeSetting, `a recipe has no setting \`${keyOf(entry)}\``, {
      at: entry.key.span,
      label: near ? `did you mean \`${near}\`?` : "unknown",
      notes: near ? [] : [`it has ${keys.join(", ")}`],
      help: near ? [] : ["a layer's own: `conv1_1.rate: 0`, `conv1_1.decay: 0`, `conv1_1.bias.rate: 2x`"],
      fixes: near ? [{ title: `write \`${near}\``, span: entry.key.span, replacement: near }] : [],
    }),
  );
}

/** `score.rate` for `score.rat`. */
function nearOwn(entry: Setting): string | null {
  const parts = entry.key.parts.map((part) => part.text);
  const last = parts.pop() ?? "";
  const near = parts.length > 0 ? nearest(last, ["rate", "decay", "bias"]) : null;
  return near && [...parts, near].join(".");
}

function reportUnknownLayer(
  entry: Setting,
  parts: readonly string[],
  graph: Graph,
  { weighted }: Rates,
  report: Report,
): void {
  const name = parts.join(".");
  const key = nearest(name, Object.keys(recipeKeys));
  const near =
    nearest(name, weighted) ??
    nearest(parts.slice(1).join("."), weighted) ??
    (key && [key, ...entry.key.parts.slice(parts.length).map(({ text }) => text)].join("."));
  const whole = Object.hasOwn(recipeKeys, name) ? recipeKeys[name] : undefined;
  report.add(
    diagnose(recipeSetting, `\`${graph.name}\` has no layer \`${name}\` with weights`, {
      at: entry.key.span,
      label: near ? `did you mean \`${near}\`?` : "unknown",
      help: whole ? [`what belongs to \`${name}\` stands in it: \`${name}: ${whole.example}\``] : [],
    }),
  );
}

/** The layers that have weights: those whose rates a recipe can set. */
export function weightedLayers(graph: Graph): ReadonlySet<string> {
  return new Set(
    graph.nodes.flatMap((node) =>
      node.kind === "layer" && (node.layer.blobs !== undefined || node.layer.role === "dense") ? [node.name] : [],
    ),
  );
}

function multipleOf(value: Evaluated, name: string, at: Span, report: Report): number | null {
  if ((value.kind === "factor" || value.kind === "number") && value.value >= 0) return value.value;
  if (value.kind !== "broken")
    report.add(
      diagnose(
        argumentType,
        `\`${name}\` wants a multiple of the recipe's, such as \`2x\` or 0, not ${describe(value)}`,
        { at },
      ),
    );
  return null;
}

/** `{ rate: 2x, decay: 0 }`; false where it is faulty. */
export function readMultiples(value: Evaluated, into: Partial<Multiples>, written: Value, report: Report): boolean {
  if (value.kind !== "object" || written.kind !== "settings") {
    if (value.kind !== "broken")
      report.add(
        diagnose(argumentType, `biases have a \`rate\` and a \`decay\`, not ${describe(value)}`, {
          at: written.span,
          help: ["write them like `{ rate: 2x, decay: 0 }`"],
        }),
      );
    return false;
  }
  for (const entry of written.entries) {
    const key = keyOf(entry);
    if (key !== "rate" && key !== "decay") {
      report.add(
        diagnose(recipeSetting, `biases have a \`rate\` and a \`decay\`, and no \`${key}\``, { at: entry.key.span }),
      );
      return false;
    }
    const multiple = multipleOf(value.entries.get(key) ?? broken, key, entry.value.span, report);
    if (multiple === null) return false;
    into[key] = multiple;
  }
  return true;
}
