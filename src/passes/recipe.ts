/**
 * `train` and `target` declarations: checked against what they may say and against the net's layers, and turned into
 * plain settings for the plan. Rates and decays are settled here for every blob, as Caffe's lr_mult and decay_mult.
 */
import type { Settings, Target } from "../../grammar/tree.js";
import { argumentTwice } from "../diagnostics/codes/arguments.js";
import { recipeSetting, unknownTarget } from "../diagnostics/codes/recipes.js";
import { diagnose, type Report, type Span } from "../diagnostics/diagnostic.js";
import { nearest } from "../diagnostics/suggest.js";
import type { Graph } from "../model/graph.js";
import type { PlanSettings, PlanValue } from "../model/plan.js";
import { plain } from "./plain.js";
import { readLayerRate, readMultiples, weightedLayers, type LayerRates, type Multiples, type Rates } from "./rates.js";
import { recipeKeys, targetKeys } from "./recipe-keys.js";
import { agrees, keyOf } from "./setting-shape.js";
import type { SettingShape } from "./shape.js";
import { evaluate, Scope } from "./values.js";

export interface Declarations {
  readonly train: PlanSettings | null;
  readonly targets: Readonly<Record<string, PlanSettings>>;
  /** What holds for the biases of all layers. */
  readonly bias: Partial<Multiples>;
  readonly layers: ReadonlyMap<string, LayerRates>;
  /** Where the recipe's settings are written: the values, by key. */
  readonly places: ReadonlyMap<string, Span>;
}

/** `recipe` is the net's, with all that counts in it; null where it has none. */
export function readDeclarations(
  recipe: Settings | null,
  targets: readonly Target[],
  graph: Graph,
  report: Report,
): Declarations {
  const rates: Rates = { layers: new Map(), bias: {}, weighted: weightedLayers(graph) };
  const places = new Map<string, Span>();
  const settings = recipe ? readTrain(recipe, graph, rates, places, report) : null;
  return {
    train: settings,
    targets: readTargets(targets, graph, report),
    bias: rates.bias,
    layers: rates.layers,
    places,
  };
}

function readTrain(
  settings: Settings,
  graph: Graph,
  rates: Rates,
  places: Map<string, Span>,
  report: Report,
): PlanSettings {
  const scope = new Scope();
  const read: Record<string, PlanValue> = {};
  const keys = new Map<string, Span>();
  for (const entry of settings.entries) {
    const key = keyOf(entry);
    const value = evaluate(entry.value, scope, report);
    if (value.kind === "broken") continue;
    const earlier = keys.get(key);
    if (earlier) {
      report.add(
        diagnose(argumentTwice, `\`${key}\` is given twice`, {
          at: entry.key.span,
          related: [{ span: earlier, message: "given here already" }],
        }),
      );
      continue;
    }
    keys.set(key, entry.key.span);
    places.set(key, entry.value.span);
    const shape = own(recipeKeys, key);
    if (shape) {
      if (!agrees(key, value, shape, entry.value, report)) continue;
      if (key === "bias") readMultiples(value, rates.bias, entry.value, report);
    } else if (!readLayerRate(entry, value, graph, rates, report)) continue;
    read[key] = plain(value, shape);
  }
  return read;
}

/** The value under a key that a person wrote, which may be called like a property of every object. */
function own<T>(table: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}

function readTargets(targets: readonly Target[], graph: Graph, report: Report): Record<string, PlanSettings> {
  const read: Record<string, PlanSettings> = {};
  for (const declaration of targets) {
    const name = declaration.target.text;
    const keys = own(targetKeys, name);
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
    if (Object.hasOwn(read, name)) {
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
    const shape = own(keys, key);
    if (!shape) {
      const near = nearest(key, Object.keys(keys));
      report.add(
        diagnose(recipeSetting, `the target \`${declaration.target.text}\` has no setting \`${key}\``, {
          at: entry.key.span,
          label: near ? `did you mean \`${near}\`?` : "unknown",
          notes: [`it has ${Object.keys(keys).join(", ") || "no settings"}`],
        }),
      );
    } else if (agrees(key, value, shape, entry.value, report)) read[key] = plain(value, shape);
  }
  return read;
}
