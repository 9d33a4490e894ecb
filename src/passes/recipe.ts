/**
 * `train` and `target` declarations: checked against what they may say and against the net's layers, and turned into
 * plain settings for the plan. Rates and decays are settled here for every blob, as Caffe's lr_mult and decay_mult.
 */
import type { Setting, Settings, Target, Train } from "../../grammar/tree.js";
import { argumentTwice, argumentType } from "../diagnostics/codes/arguments.js";
import { recipeSetting, unknownTarget } from "../diagnostics/codes/recipes.js";
import { diagnose, type Report, type Span } from "../diagnostics/diagnostic.js";
import { nearest } from "../diagnostics/suggest.js";
import type { Graph } from "../model/graph.js";
import type { Blob } from "../model/layer-kind.js";
import type { PlanSettings, PlanValue } from "../model/plan.js";
import { recipeKeys, targetKeys, type SettingShape } from "./recipe-keys.js";
import { describe, evaluate, Scope, type Evaluated } from "./values.js";

/** Multiples of the recipe's rate and decay. */
interface Multiples {
  rate: number;
  decay: number;
}

interface LayerRates {
  readonly weight: Partial<Multiples>;
  readonly bias: Partial<Multiples>;
}

export interface Declarations {
  readonly train: PlanSettings | null;
  readonly targets: Readonly<Record<string, PlanSettings>>;
  /** What holds for the biases of all layers. */
  readonly bias: Partial<Multiples>;
  readonly layers: ReadonlyMap<string, LayerRates>;
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

export function readDeclarations(
  trains: readonly Train[],
  targets: readonly Target[],
  graph: Graph,
  report: Report,
): Declarations {
  const [train, second] = trains;
  if (train && second)
    report.add(
      diagnose(argumentTwice, `\`${graph.name}\` has two \`train\` declarations`, {
        at: second.net.span,
        related: [{ span: train.net.span, message: "the first one" }],
        help: ["keep one recipe a file; another can stand in a file that imports the net's parts"],
      }),
    );
  const layers = new Map<string, { weight: Partial<Multiples>; bias: Partial<Multiples> }>();
  const bias: Partial<Multiples> = {};
  const settings = train ? readTrain(train.settings, graph, { layers, bias }, report) : null;
  return { train: settings, targets: readTargets(targets, graph, report), bias, layers };
}

interface Rates {
  readonly layers: Map<string, { weight: Partial<Multiples>; bias: Partial<Multiples> }>;
  readonly bias: Partial<Multiples>;
}

function readTrain(settings: Settings, graph: Graph, rates: Rates, report: Report): PlanSettings {
  const scope = new Scope();
  const read: Record<string, PlanValue> = {};
  const places = new Map<string, Span>();
  for (const entry of settings.entries) {
    const key = keyOf(entry);
    const value = evaluate(entry.value, scope, report);
    if (value.kind === "broken") continue;
    const earlier = places.get(key);
    if (earlier) {
      report.add(
        diagnose(argumentTwice, `\`${key}\` is given twice`, {
          at: entry.key.span,
          related: [{ span: earlier, message: "given here already" }],
        }),
      );
      continue;
    }
    places.set(key, entry.key.span);
    const shape = recipeKeys[key];
    if (shape) {
      if (!agrees(key, value, shape, entry.value.span, report)) continue;
      if (key === "bias") readMultiples(value, rates.bias, entry.value.span, report);
    } else if (!readLayerRate(entry, value, graph, rates, report)) continue;
    read[key] = plain(value);
  }
  return read;
}

function keyOf(entry: Setting): string {
  return entry.key.parts.map((part) => part.text).join(".");
}

/** `score_fr.rate: 10x`, `score_fr.bias.decay: 0`, `score_fr.bias: { rate: 1x, decay: 1 }`. */
function readLayerRate(entry: Setting, value: Evaluated, graph: Graph, rates: Rates, report: Report): boolean {
  const parts = entry.key.parts.map((part) => part.text);
  const last = parts.at(-1) ?? "";
  const measure = last === "rate" || last === "decay" ? last : null;
  if (measure) parts.pop();
  const biased = parts.length > 1 && parts.at(-1) === "bias";
  if (biased) parts.pop();
  if ((!measure && !biased) || parts.length === 0) {
    const near = nearest(keyOf(entry), Object.keys(recipeKeys));
    report.add(
      diagnose(recipeSetting, `a recipe has no setting \`${keyOf(entry)}\``, {
        at: entry.key.span,
        label: near ? `did you mean \`${near}\`?` : "unknown",
        notes: near ? [] : [`it has ${Object.keys(recipeKeys).join(", ")}`],
        help: near ? [] : ["a layer's own: `conv1_1.rate: 0`, `conv1_1.decay: 0`, `conv1_1.bias.rate: 2x`"],
        fixes: near ? [{ title: `write \`${near}\``, span: entry.key.span, replacement: near }] : [],
      }),
    );
    return false;
  }
  const layer = findLayer(parts, graph);
  if (!layer) {
    const weighted = graph.nodes.flatMap((node) => (node.kind === "layer" && hasBlobs(node.layer) ? [node.name] : []));
    const near = nearest(parts.join("."), weighted);
    if (!graph.incomplete)
      report.add(
        diagnose(recipeSetting, `\`${graph.name}\` has no layer \`${parts.join(".")}\` with weights`, {
          at: entry.key.span,
          label: near ? `did you mean \`${near}\`?` : "unknown",
        }),
      );
    return false;
  }
  const own = rates.layers.get(layer) ?? { weight: {}, bias: {} };
  rates.layers.set(layer, own);
  const into = biased ? own.bias : own.weight;
  if (!measure) return readMultiples(value, into, entry.value.span, report);
  const multiple = multipleOf(value, measure, entry.value.span, report);
  if (multiple !== null) into[measure] = multiple;
  return multiple !== null;
}

function hasBlobs(layer: { readonly blobs?: unknown; readonly role?: string }): boolean {
  return layer.blobs !== undefined || layer.role === "dense";
}

/** By its name in the net, or by the name through which the net reaches it (`vgg.conv1_1`). */
function findLayer(parts: readonly string[], graph: Graph): string | null {
  for (const name of [parts.join("."), parts.slice(1).join(".")]) {
    const node = graph.nodes.find((candidate) => candidate.name === name);
    if (node?.kind === "layer" && hasBlobs(node.layer)) return node.name;
  }
  return null;
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

function readMultiples(value: Evaluated, into: Partial<Multiples>, at: Span, report: Report): boolean {
  if (value.kind !== "object") return false;
  for (const [key, item] of value.entries) {
    if (key !== "rate" && key !== "decay") {
      report.add(diagnose(recipeSetting, `biases have a \`rate\` and a \`decay\`, and no \`${key}\``, { at }));
      return false;
    }
    const multiple = multipleOf(item, key, at, report);
    if (multiple === null) return false;
    into[key] = multiple;
  }
  return true;
}

/** Whether a value has the shape that a key wants; reports where it has not. */
function agrees(key: string, value: Evaluated, shape: SettingShape, at: Span, report: Report): boolean {
  const refuse = (message: string): false => {
    report.add(diagnose(recipeSetting, message, { at, help: [`write it like \`${key}: ${shape.example}\``] }));
    return false;
  };
  if (!shape.kinds.includes(value.kind)) return refuse(`\`${key}\` cannot be ${describe(value)}`);
  if (value.kind === "number" && shape.whole && !(Number.isSafeInteger(value.value) && value.value >= 1))
    return refuse(`\`${key}\` is a whole number of at least 1`);
  if (value.kind === "word" && shape.words && !shape.words.includes(value.value)) {
    const near = nearest(value.value, shape.words);
    return refuse(`\`${key}\` cannot be \`${value.value}\`${near ? `: did you mean \`${near}\`?` : ""}`);
  }
  if (value.kind === "call" && shape.calls) {
    const known = shape.calls[value.name];
    if (!known) {
      const near = nearest(value.name, Object.keys(shape.calls));
      return refuse(`\`${key}\` knows no \`${value.name}\`${near ? `: did you mean \`${near}\`?` : ""}`);
    }
    for (const name of value.arguments.keys()) {
      if (known.includes(name) || /^\d+$/.test(name)) continue;
      const near = nearest(name, known);
      return refuse(
        `\`${value.name}\` has no setting \`${name}\`${near ? `: did you mean \`${near}\`?` : `; it has ${known.join(", ")}`}`,
      );
    }
  }
  if (value.kind === "object" && shape.entries)
    for (const name of value.entries.keys())
      if (!shape.entries.includes(name)) {
        const near = nearest(name, shape.entries);
        return refuse(
          `\`${key}\` has no setting \`${name}\`${near ? `: did you mean \`${near}\`?` : `; it has ${shape.entries.join(", ")}`}`,
        );
      }
  return true;
}

function readTargets(targets: readonly Target[], graph: Graph, report: Report): Record<string, PlanSettings> {
  const read: Record<string, PlanSettings> = {};
  for (const declaration of targets) {
    const name = declaration.target.text;
    const keys = targetKeys[name];
    if (!keys) {
      const near = nearest(name, Object.keys(targetKeys));
      report.add(
        diagnose(unknownTarget, `there is no target \`${name}\``, {
          at: declaration.target.span,
          label: near ? `did you mean \`${near}\`?` : "unknown",
          notes: [`targets are ${Object.keys(targetKeys).join(", ")}`],
          fixes: near ? [{ title: `write \`${near}\``, span: declaration.target.span, replacement: near }] : [],
        }),
      );
      continue;
    }
    if (read[name]) {
      report.add(
        diagnose(argumentTwice, `\`${graph.name}\` has two targets \`${name}\``, { at: declaration.target.span }),
      );
      continue;
    }
    read[name] = readTarget(declaration, keys, report);
  }
  return read;
}

function readTarget(declaration: Target, keys: Readonly<Record<string, SettingShape>>, report: Report): PlanSettings {
  const scope = new Scope();
  const read: Record<string, PlanValue> = {};
  for (const entry of declaration.settings?.entries ?? []) {
    const key = keyOf(entry);
    const value = evaluate(entry.value, scope, report);
    if (value.kind === "broken") continue;
    const shape = keys[key];
    if (!shape) {
      const near = nearest(key, Object.keys(keys));
      report.add(
        diagnose(recipeSetting, `the target \`${declaration.target.text}\` has no setting \`${key}\``, {
          at: entry.key.span,
          label: near ? `did you mean \`${near}\`?` : "unknown",
          notes: [`it has ${Object.keys(keys).join(", ") || "no settings"}`],
        }),
      );
    } else if (agrees(key, value, shape, entry.value.span, report)) read[key] = plain(value);
  }
  return read;
}

function plain(value: Evaluated): PlanValue {
  switch (value.kind) {
    case "number":
    case "string":
    case "boolean":
    case "word":
      return value.value;
    case "factor":
      return { factor: value.value };
    case "extent":
      return { extent: value.value };
    case "list":
      return value.items.map(plain);
    case "object":
      return Object.fromEntries([...value.entries].map(([key, item]) => [key, plain(item)]));
    case "call":
      return {
        call: value.name,
        arguments: Object.fromEntries([...value.arguments].map(([key, item]) => [key, plain(item)])),
      };
    case "node":
    case "broken":
      return "";
  }
}
