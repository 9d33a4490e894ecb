/** A recipe as a run needs it: what a training graph reads of it, and how long, how fast and on what it is run. */
import { TargetError } from "../../targets/target.js";
import { readRecipe, type Recipe } from "../../targets/tfjs-node/recipe.js";
import type { Plan, PlanValue } from "../model/plan.js";
import { callOf, numberOf, severalOf } from "../model/plan-values.js";
import type { Schedule } from "./schedule.js";

export interface RunRecipe extends Recipe {
  /** The rate that the schedule starts from. */
  readonly rate: number;
  readonly schedule: Schedule;
  /** Images of a batch. */
  readonly batch: number;
  /** Batches of an update: their gradients' mean is taken, as Caffe's `iter_size`. */
  readonly accumulate: number;
  /** Updates of the whole run. */
  readonly steps: number;
  /** Updates from one checkpoint, and one validation, to the next. */
  readonly snapshot: number;
  /** Calls that name data sets. */
  readonly data: PlanValue;
  readonly validate: PlanValue | null;
  readonly augment: PlanValue | undefined;
  /** Specs that are trained before this one, relative to it. */
  readonly after: readonly string[];
}

/** Caffe's default is no snapshot at all; without one in ten parts of a run, much would be lost. */
const SNAPSHOTS = 10;

/**
 * Reads all of `plan.train`. Left out: `batch` and `accumulate` are 1, the schedule is fixed, there are ten snapshots.
 *
 * @throws {TargetError} where the recipe leaves open what a run needs: data, steps or a rate.
 */
export function readRunRecipe(plan: Plan): RunRecipe {
  const recipe = readRecipe(plan);
  const train = plan.train ?? {};
  const missing = (key: string, example: string): TargetError =>
    new TargetError(
      `the recipe of \`${plan.net}\` says no \`${key}\`. Write one into ${plan.file}, such as \`${key}: ${example}\`, ` +
        `or give it to this run with \`--set '${key}=${example}'\`.`,
    );
  const { rate } = recipe.optimizer;
  if (rate === null) throw missing("optimizer.rate", "1e-3");
  if (!(rate >= 0 && Number.isFinite(rate)))
    throw new TargetError(`the recipe of \`${plan.net}\` has the rate ${rate}: it is a number from 0 on.`);
  const { data } = train;
  if (data === undefined) throw missing("data", 'voc2012(split: "train")');
  const steps = numberOf(train["steps"]);
  if (steps === null) throw missing("steps", "1000");
  return {
    ...recipe,
    rate,
    schedule: readSchedule(plan, train["schedule"]),
    batch: numberOf(train["batch"]) ?? 1,
    accumulate: numberOf(train["accumulate"]) ?? 1,
    steps,
    snapshot: numberOf(train["snapshot"]) ?? Math.max(1, Math.ceil(steps / SNAPSHOTS)),
    data,
    validate: train["validate"] ?? null,
    augment: train["augment"],
    after: severalOf(train["after"]).map(String),
  };
}

/** `fixed`, `cosine`, `step(every: 1000, factor: 0.1)`, `poly(power: 0.9)`. */
function readSchedule(plan: Plan, value: PlanValue | undefined): Schedule {
  const call = callOf(value, { words: true });
  if (call === null) return { kind: "fixed" };
  const number = (name: string): number | null => numberOf(call.arguments[name]);
  switch (call.name) {
    case "fixed":
    case "cosine":
      return { kind: call.name };
    case "poly":
      return { kind: "poly", power: number("power") ?? 1 };
    case "step": {
      const every = number("every");
      if (every === null)
        throw new TargetError(
          `the schedule of \`${plan.net}\` says not after how many steps the rate falls: ` +
            `\`schedule: step(every: 10_000, factor: 0.1)\``,
        );
      return { kind: "step", every, factor: number("factor") ?? 0.1 };
    }
    default:
      throw new TargetError(
        `the recipe of \`${plan.net}\` has the schedule \`${call.name}\`: it can be fixed, step, poly or cosine.`,
      );
  }
}
