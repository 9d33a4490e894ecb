/** The data sets of a recipe, opened for a run. */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { readAugmentation } from "../data/augment.js";
import { callText, datasetCallOf } from "../data/call.js";
import type { Dataset } from "../data/dataset.js";
import { admitFiles } from "../data/files-present.js";
import { openBatches, type Batches } from "../data/open-batches.js";
import { orderOf } from "../data/order.js";
import type { Plan, PlanValue } from "../model/plan.js";
import { LAST } from "./checkpoint.js";
import type { RunRecipe } from "./recipe.js";
import { RunError } from "./run-error.js";
import type { RunDescription } from "./run-folder.js";

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

/** @throws {DataError} where the set to validate on, or one of its files, is not there, or it is not for this net. */
export async function admitValidation(options: RunDataOptions, call: PlanValue): Promise<void> {
  const batches = await openValidation(options, call, 0);
  try {
    await admitFiles(batches.dataset);
  } finally {
    await batches.close();
  }
}

/** Of the names of a set's examples, in their order, which the order of training follows from. */
export const namesDigest = ({ names }: Dataset): string =>
  `sha256:${createHash("sha256").update(JSON.stringify(names)).digest("hex")}`;

/** @throws {RunError} where a run would go on with other examples than it had: its later steps would be of another run. */
export function admitSameNames({ data }: RunDescription, dataset: Dataset, folder: string): void {
  if (data.names === namesDigest(dataset)) return;
  const now = dataset.names.length;
  const what =
    data.images === now
      ? `its list names other images than when the run began, or in another order`
      : `it had ${data.images} images when the run began, and has ${now} now`;
  throw new RunError(`${dataset.title} has changed: ${what}`, [
    "put the list back as it was, or name the folder that has it with `--data-root`",
    `or begin a new run with it in another folder, from this one's weights: \`--weights ${join(folder, LAST)} --out FOLDER\``,
  ]);
}

/** As recipes have it: `sbdd(split: "train", seed: 1337)`. */
export const dataText = (call: PlanValue, root: string): string => callText(datasetCallOf(call, root));
