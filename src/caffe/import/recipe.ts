/** `train` out of a solver and the net that it trains. */
import { caffeNotUnderstood } from "../../diagnostics/codes/caffe.js";
import type { PlanSettings, PlanValue } from "../../model/plan.js";
import { DATASETS } from "../datasets.js";
import type { CaffeNet } from "../net.js";
import type { Notes } from "../notes.js";
import { recipeRates, type BlobRate } from "../rates.js";
import type { CaffeSolver } from "../solver.js";
import { number } from "./call.js";
import { pythonSettings } from "./inputs.js";
import type { Loss } from "./loss.js";

export interface RecipeSource {
  readonly solver: CaffeSolver | null;
  /** The net that is trained, and the one that it is tested with. */
  readonly train: CaffeNet;
  readonly test: CaffeNet | null;
  readonly losses: readonly Loss[];
  readonly rates: readonly BlobRate[];
}

/** The order in which recipes are written. */
const ORDER = ["init", "after", "data", "validate", "loss", "optimizer", "bias"] as const;
const LATER = ["schedule", "batch", "accumulate", "steps", "snapshot", "seed", "augment"] as const;

/** The settings of `train` by key, in the order in which they are written; none without a solver. */
export function readRecipe(source: RecipeSource): ReadonlyMap<string, PlanValue> {
  const { solver, train, test, losses, rates } = source;
  if (solver === null) return new Map();
  const data = dataOf(train);
  const validate = test === null ? null : dataOf(test);
  const settings: Record<string, PlanValue | null> = {
    data,
    validate,
    loss: lossOf(losses, data !== null),
    optimizer: optimizerOf(solver),
    ...recipeRates(rates),
    schedule: scheduleOf(solver),
    batch: data === null ? null : 1,
    accumulate: solver.accumulate === 1 ? null : solver.accumulate,
    steps: solver.steps,
    snapshot: solver.snapshot === 0 ? null : solver.snapshot,
    seed: solver.seed,
    ...notesOf(solver.notes),
  };
  solver.fields.finish();
  const known = new Set<string>([...ORDER, ...LATER]);
  const others = Object.keys(settings).filter((key) => !known.has(key));
  const entries = [...ORDER, ...others, ...LATER].flatMap((key): [string, PlanValue][] => {
    const value = settings[key] ?? null;
    return value === null ? [] : [[key, value]];
  });
  return new Map(entries);
}

const notesOf = ({ train }: Notes): Notes["train"] => train;

/** The Python data layers that are known by name. */
function dataOf(net: CaffeNet): PlanValue | null {
  for (const layer of net.layers) {
    if (layer.type !== "Python" || layer.bottoms.length > 0) continue;
    const { module, layer: className, settings } = pythonSettings(layer);
    const dataset = DATASETS.find((known) => known.module === module && known.layer === className);
    const { split, seed } = settings;
    if (dataset === undefined || typeof split !== "string") continue;
    // Seeds of test nets are there for the layer's sake: in the order of the list, nothing is drawn.
    return { call: dataset.name, arguments: { split, ...(typeof seed === "number" && { seed }) } };
  }
  return null;
}

function lossOf(losses: readonly Loss[], isSingle: boolean): PlanValue | null {
  const [loss] = losses;
  if (loss === undefined) return null;
  const { normalization } = loss;
  if (normalization === "VALID") return softmax("mean");
  if (normalization === "NONE" || (normalization === "BATCH_SIZE" && isSingle)) return softmax("sum");
  loss.layer.fields.fault(
    caffeNotUnderstood,
    `the loss is divided by what a recipe cannot divide it by (${normalization})`,
    null,
    {
      severity: "warning",
      label: "taken as the sum over pixels",
      help: ["divide the rate by the batch, which is the same for images of one size"],
    },
  );
  return softmax("sum");
}

const softmax = (reduce: string): PlanValue => ({ call: "softmax", arguments: { reduce } });

function optimizerOf(solver: CaffeSolver): PlanValue | null {
  const { type, rate, momentum, momentum2, delta, decay } = solver;
  const given = (values: Readonly<Record<string, number | null>>): PlanSettings =>
    Object.fromEntries(Object.entries(values).flatMap(([key, value]) => (value === null ? [] : [[key, value]])));
  if (type === "Adam")
    return { call: "adam", arguments: given({ rate, beta1: momentum, beta2: momentum2, epsilon: delta, decay }) };
  if (type !== "SGD")
    solver.fields.fault(
      caffeNotUnderstood,
      `a recipe has no optimizer \`${type}\``,
      solver.fields.all("type")[0] ?? null,
      {
        severity: "warning",
        label: "taken as SGD",
        help: ["recipes have `sgd` and `adam`"],
      },
    );
  return { call: "sgd", arguments: given({ rate, momentum, decay }) };
}

function scheduleOf(solver: CaffeSolver): PlanValue | null {
  const { policy, gamma, power, stepSize } = solver;
  if (policy === "fixed") return null;
  if (policy === "step" && gamma !== null && stepSize !== null)
    return { call: "step", arguments: { every: stepSize, factor: gamma } };
  if (policy === "poly" && power !== null) return { call: "poly", arguments: { power } };
  solver.fields.fault(
    caffeNotUnderstood,
    `a recipe has no schedule \`${policy}\``,
    solver.fields.all("lr_policy")[0] ?? null,
    { severity: "warning", label: "taken as a fixed rate", help: ["recipes have `step`, `poly` and `cosine`"] },
  );
  return null;
}

/** `train name { ... }` */
export function printRecipe(net: string, settings: ReadonlyMap<string, PlanValue>): string {
  const lines = [...settings].map(([key, value]) => `  ${key}: ${printValue(value)}`);
  return [`train ${net} {`, ...lines, "}", ""].join("\n");
}

/** A setting of a plan as it is written in a spec. */
export function printValue(value: PlanValue, isText = false): string {
  if (typeof value === "number") return number(value);
  if (typeof value === "boolean") return String(value);
  if (typeof value === "string") return isText || !/^[A-Za-z_]\w*$/.test(value) ? JSON.stringify(value) : value;
  if (Array.isArray(value)) return `[${value.map((item: PlanValue) => printValue(item, isText)).join(", ")}]`;
  const record = value as PlanSettings;
  const { factor, extent, call } = record;
  if (typeof factor === "number") return `${number(factor)}x`;
  if (Array.isArray(extent)) return extent.join("x");
  if (typeof call === "string") {
    const given = Object.entries(record["arguments"] ?? {}) as [string, PlanValue][];
    if (given.length === 0) return call;
    const printed = given.map(([key, argument]) => {
      const text = printValue(argument, QUOTED.has(key) || (!WORDS.has(key) && typeof argument === "string"));
      return /^\d+$/.test(key) ? text : `${key}: ${text}`;
    });
    return `${call}(${printed.join(", ")})`;
  }
  return `{ ${Object.entries(record)
    .map(([key, item]) => `${key}: ${printValue(item)}`)
    .join(", ")} }`;
}

/** Arguments whose texts stand in quotes, and those whose words stand without. */
const QUOTED: ReadonlySet<string> = new Set(["split", "suffix", "0"]);
const WORDS: ReadonlySet<string> = new Set(["channels", "reduce", "resize", "sample"]);
