/** What a run starts from: what was named, what its recipe names, or fresh weights. */
import { stat } from "node:fs/promises";
import { join } from "node:path";
import type { Plan } from "../model/plan.js";
import { callOf, numberOf, severalOf } from "../model/plan-values.js";
import { WEIGHTS } from "../train/checkpoint.js";
import { initWeights } from "../weights/init.js";
import { recipeSources } from "../weights/load/source-settings.js";
import { renderLoadPlan } from "../weights/load/render.js";
import type { PlanWeights } from "../weights/plan-weights.js";
import { Fault } from "./fail.js";
import { tell } from "./output.js";
import { besideSpec, openWeights, type WeightOptions } from "./weights.js";

export interface StartOptions extends Omit<WeightOptions, "seed"> {
  /** Of fresh weights; the recipe's unless told. */
  readonly seed?: number;
}

export interface Start {
  readonly weights: PlanWeights | null;
  /** For the run's record. */
  readonly named: readonly string[];
}

/**
 * @param made by the file as the recipe names it, the folder of the run that made it
 * @throws {Fault} when weights do not fit, and that is not allowed.
 */
export async function openStart(
  plan: Plan,
  options: StartOptions,
  made: ReadonlyMap<string, string> = new Map(),
): Promise<Start> {
  const seed = options.seed ?? seedOf(plan);
  const sources = recipeSources(plan).map(({ file }) => file);
  const weights = options.weights ?? (sources.length > 0 ? ["spec"] : ["init"]);
  if (weights.length === 1 && weights[0] === "init") return { weights: initWeights(plan, seed), named: ["init"] };
  const locate = (file: string): string => {
    const folder = made.get(file);
    return folder === undefined ? besideSpec(plan, file) : join(folder, WEIGHTS);
  };
  const named = weights[0] === "spec" ? sources.map(locate) : weights;
  if (weights[0] === "spec") await admitSources(plan, named);
  const show = (load: Parameters<typeof renderLoadPlan>[0]): void => tell(renderLoadPlan(load));
  return { weights: await openWeights(plan, { ...options, weights, seed }, show, locate), named };
}

/** @throws {Fault} for a file that the recipe names and that is not there, with where it may come from. */
async function admitSources(plan: Plan, files: readonly string[]): Promise<void> {
  for (const file of files) {
    if ((await stat(file).catch(() => null)) !== null) continue;
    const comesAfter = plan.train?.["after"] !== undefined;
    throw new Fault(`the recipe of ${plan.net} starts from ${file}, and there is no such file`, [
      ...(comesAfter ? ["`--staged` trains what it comes after first"] : []),
      "put the file there, or name another with `--weights FILE`; `--weights init` starts from fresh weights",
    ]);
  }
}

/** `init: seed(4)`, or else the seed of the recipe. */
function seedOf(plan: Plan): number {
  const [own] = severalOf(plan.train?.["init"]).flatMap((value) => {
    const call = callOf(value);
    return call?.name === "seed" ? [numberOf(call.arguments["seed"])] : [];
  });
  return own ?? numberOf(plan.train?.["seed"]) ?? 0;
}
