/** The data sets of a recipe, opened for a run. */
import { readAugmentation } from "../data/augment.js";
import { callText, datasetCallOf } from "../data/call.js";
import { openBatches, type Batches } from "../data/open-batches.js";
import { orderOf } from "../data/order.js";
import type { Plan, PlanValue } from "../model/plan.js";
import type { RunRecipe } from "./recipe.js";

export interface RunDataOptions {
  readonly plan: Plan;
  readonly recipe: RunRecipe;
  /** The folder that data sets are looked for in. */
  readonly root: string;
  readonly note?: (text: string) => void;
}

/**
 * Batches to train on, from image number `images` on.
 * @throws {DataError} when the data set is not there, or is not for this net.
 */
export function openTraining({ plan, recipe, root, note }: RunDataOptions, images: number): Promise<Batches> {
  const data = datasetCallOf(recipe.data, root);
  return openBatches({
    plan,
    data,
    batch: recipe.batch,
    order: orderOf(data, recipe.seed),
    augment: readAugmentation(recipe.augment),
    from: { images },
    ...(note && { note }),
  });
}

/** Every example of what a recipe validates on, one by one, as it is. */
export function openValidation({ plan, root }: RunDataOptions, call: PlanValue, threads?: number): Promise<Batches> {
  const data = datasetCallOf(call, root);
  const order = { ...orderOf(data, 0), kind: "once" as const };
  return openBatches({ plan, data, batch: 1, order, ...(threads !== undefined && { threads }) });
}

/** As recipes have it: `sbdd(split: "train", seed: 1337)`. */
export const dataText = (call: PlanValue, root: string): string => callText(datasetCallOf(call, root));
