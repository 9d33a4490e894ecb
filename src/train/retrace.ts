/** The way to a loss that is not finite, gone once more from the last checkpoint, to see where it came from. */
import { join } from "node:path";
import { LAST } from "./checkpoint.js";
import { findNotFinite } from "./diagnose.js";
import { openTraining, type RunDataOptions } from "./run-data.js";
import { imagesAt, takeStep, type Taken } from "./step.js";
import type { Trainer } from "./trainer.js";

/** How long the steps up to one that failed may take when they are taken again. */
const REPEATED_SECONDS = 120;

export interface Stopped {
  readonly data: RunDataOptions;
  readonly trainer: Trainer;
  readonly folder: string;
  /** The step of the last checkpoint. */
  readonly savedAt: number;
  /** Of training so far. */
  readonly seconds: number;
}

/**
 * A step that has changed the weights is led up to anew from the last checkpoint, where that takes no longer than a while.
 * @returns lines for people
 * @throws what reading the checkpoint, the data and the steps throw
 */
export async function retrace(
  { data, trainer, folder, savedAt, seconds }: Stopped,
  { batch, isUpdated }: NonNullable<Taken["bad"]>,
): Promise<readonly string[]> {
  const { plan, recipe } = data;
  if (!isUpdated) return findNotFinite({ plan, trainer, batch });
  const steps = trainer.updates - 1 - savedAt;
  if ((seconds / trainer.updates) * steps > REPEATED_SECONDS)
    return ["which layer it came from is not known: too many steps lie between it and the last checkpoint"];
  await trainer.load(join(folder, LAST));
  const batches = await openTraining(data, imagesAt(recipe, savedAt));
  try {
    for (let step = 0; step < steps; step++) await takeStep(trainer, recipe, () => batches.next());
  } finally {
    await batches.close();
  }
  return findNotFinite({ plan, trainer, batch });
}
