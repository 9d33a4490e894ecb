/** The solver.prototxt of a recipe, and what of the recipe no file of Caffe says. */
import { field, message, type Field, type Message } from "../../src/caffe/message.js";
import { printNotes, type Notes } from "../../src/caffe/notes.js";
import { recipeRates } from "../../src/caffe/rates.js";
import { canonicalJson } from "../../src/model/canonical-json.js";
import type { Plan, PlanSettings, PlanValue } from "../../src/model/plan.js";
import { isCall, type DataLayer } from "./data.js";

export interface Solver {
  readonly text: Message;
  /** What Caffe does otherwise than the recipe, as sentences. */
  readonly departures: readonly string[];
}

interface Part {
  readonly fields: readonly Field[];
  /** Settings of the recipe that the fields say. */
  readonly said: PlanSettings;
}

/**
 * @param train the layer that loads images, and what it says of `data`
 * @param validation the same of the net in val.prototxt
 * @param loss what the losses say of `loss`
 */
export function solver(
  plan: Plan,
  recipe: PlanSettings,
  train: DataLayer,
  validation: DataLayer,
  loss: PlanSettings | null,
): Solver {
  const optimizer = optimizerPart(recipe["optimizer"]);
  const schedule = schedulePart(recipe["schedule"]);
  const amounts = amountsPart(recipe, train.batch);
  const said: PlanSettings = {
    ...optimizer.said,
    ...schedule.said,
    ...amounts.said,
    ...ratesOf(plan),
    ...(loss === null ? {} : { loss }),
    ...(train.said === null ? {} : { data: train.said }),
    ...(validation.said === null ? {} : { validate: validation.said }),
  };
  const unsaid = difference(recipe, said);
  const head = [...printNotes({ train: unsaid }), ...remarks(plan, recipe["init"])];
  const fields = [
    field("train_net", "train.prototxt", head),
    ...testFields(validation),
    field("display", 20),
    field("average_loss", 20),
    ...schedule.fields,
    ...optimizer.fields,
    ...amounts.fields,
    field("snapshot_prefix", "snapshot/train"),
  ];
  return { text: message(fields), departures: departures(recipe, train) };
}

/** Caffe wants to know how many images a test has. Tests are run by hand, as for the published nets. */
function testFields({ images }: DataLayer): Field[] {
  if (images === null) return [];
  return [
    field("test_net", "val.prototxt"),
    field("test_iter", images),
    field("test_interval", 999_999_999),
    field("test_initialization", false),
  ];
}

/** How Caffe is started. It finds weights by layer names alone, so that only what fcnc loads is what the recipe says. */
function remarks(plan: Plan, init: PlanValue | undefined): string[] {
  const starts = (Array.isArray(init) ? init : [init]).some(
    (value: PlanValue | undefined) => isCall(value) && value.call === "weights",
  );
  const train = `${plan.net} is trained by: mkdir -p snapshot && caffe train --solver=solver.prototxt`;
  if (!starts) return [train];
  return [
    `${train} --weights=weights.caffemodel`,
    "weights.caffemodel is what the recipe starts from: fcnc compile --target caffe --weights spec",
  ];
}

const OPTIMIZERS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  sgd: { rate: "base_lr", momentum: "momentum", decay: "weight_decay" },
  adam: { rate: "base_lr", beta1: "momentum", beta2: "momentum2", epsilon: "delta", decay: "weight_decay" },
};

function optimizerPart(optimizer: PlanValue | undefined): Part {
  if (!isCall(optimizer)) return { fields: [], said: {} };
  const names = OPTIMIZERS[optimizer.call];
  if (names === undefined) return { fields: [], said: {} };
  const entries = Object.entries(names).flatMap(([key, name]) => {
    const value = optimizer.arguments[key];
    return typeof value === "number" ? [{ key, name, value }] : [];
  });
  const type = optimizer.call === "adam" ? [field("type", "Adam")] : [];
  return {
    fields: [...type, ...entries.map(({ name, value }) => field(name, value))],
    said: {
      optimizer: {
        call: optimizer.call,
        arguments: Object.fromEntries(entries.map(({ key, value }) => [key, value])),
      },
    },
  };
}

function schedulePart(schedule: PlanValue | undefined): Part {
  const fixed: Part = { fields: [field("lr_policy", "fixed")], said: {} };
  if (!isCall(schedule)) return fixed;
  const { every, factor, power } = schedule.arguments;
  if (schedule.call === "step" && typeof every === "number" && typeof factor === "number")
    return {
      fields: [field("lr_policy", "step"), field("stepsize", every), field("gamma", factor)],
      said: { schedule: { call: "step", arguments: { every, factor } } },
    };
  if (schedule.call === "poly" && typeof power === "number")
    return {
      fields: [field("lr_policy", "poly"), field("power", power)],
      said: { schedule: { call: "poly", arguments: { power } } },
    };
  return fixed;
}

/** @param loaded images that the data layer loads at a time: the rest of a batch is accumulated */
function amountsPart(recipe: PlanSettings, loaded: number): Part {
  const number = (key: string): number | null => {
    const value = recipe[key];
    return typeof value === "number" ? value : null;
  };
  const accumulated = ((number("batch") ?? loaded) / loaded) * (number("accumulate") ?? 1);
  const counts = { steps: "max_iter", snapshot: "snapshot", seed: "random_seed" } as const;
  const entries = Object.entries(counts).flatMap(([key, name]) => {
    const value = number(key);
    return value === null ? [] : [{ key, name, value }];
  });
  return {
    fields: [field("iter_size", accumulated), ...entries.map(({ name, value }) => field(name, value))],
    said: {
      batch: loaded,
      ...(accumulated === 1 ? {} : { accumulate: accumulated }),
      ...Object.fromEntries(entries.map(({ key, value }) => [key, value])),
    },
  };
}

/** What lr_mult and decay_mult say. A blob that the compiler makes is frozen, and the statistics of a batchnorm are. */
function ratesOf(plan: Plan): PlanSettings {
  return recipeRates(
    plan.tensors.map(({ name, layer, rate, decay, generated }) => {
      return { name, layer, rate, decay, frozen: generated || /\.running_(?:mean|var)$/.test(name) };
    }),
  );
}

/** Settings of the recipe that are not said, or said otherwise; null for what is said and not in it. */
function difference(recipe: PlanSettings, said: PlanSettings): Notes["train"] {
  const same = (key: string): boolean => canonicalJson(recipe[key] ?? null) === canonicalJson(said[key] ?? null);
  const keys = [...new Set([...Object.keys(recipe), ...Object.keys(said)])];
  return Object.fromEntries(keys.filter((key) => !same(key)).map((key) => [key, recipe[key] ?? null]));
}

function departures(recipe: PlanSettings, train: DataLayer): string[] {
  const result: string[] = [];
  const { schedule, augment, batch, loss } = recipe;
  if (schedule === "cosine" || (isCall(schedule) && schedule.call === "cosine"))
    result.push("Caffe has no cosine schedule: solver.prototxt keeps the rate as it is.");
  if (augment !== undefined) result.push("`augment` is not done: the data layer would have to.");
  if (typeof batch === "number" && batch !== train.batch)
    result.push(`The data layer loads one image at a time: \`iter_size\` gathers the batch of ${batch}.`);
  if (isCall(loss) && ["weights", "heads", "sample"].some((key) => loss.arguments[key] !== undefined))
    result.push("Caffe's SoftmaxWithLoss weights neither classes nor heads, and draws no samples: `loss` is without.");
  if (train.layer.type === "HDF5Data")
    result.push(
      "train.prototxt reads train.txt, a list of HDF5 files with a set for each of its blobs: preprocessed images " +
        "[N, C, H, W] and labels [N, 1, H, W].",
    );
  return result;
}
