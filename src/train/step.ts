import type { Batch } from "../data/batch.js";
import type { RunRecipe } from "./recipe.js";
import { rateFactor } from "./schedule.js";
import type { Trainer, TrainerLosses } from "./trainer.js";

/** What became of an update. */
export interface Taken {
  readonly rate: number;
  /** Of accumulated batches the mean. */
  readonly losses: TrainerLosses;
  /** The batch whose loss is not finite, where there is one, and whether it has changed the weights already. */
  readonly bad: { readonly batch: Batch; readonly loss: number; readonly isUpdated: boolean } | null;
}

/**
 * One update, as the recipe has it: by one batch, or by the mean of several. A loss that is not finite ends it.
 * @param next the batch that comes next
 */
export async function takeStep(trainer: Trainer, recipe: RunRecipe, next: () => Promise<Batch>): Promise<Taken> {
  const { seed, accumulate, steps, schedule } = recipe;
  const rate = recipe.rate * rateFactor(schedule, trainer.updates, steps);
  if (accumulate === 1) {
    const batch = await next();
    const losses = await trainer.step(batch, { rate, seed });
    const bad = Number.isFinite(losses.loss) ? null : { batch, loss: losses.loss, isUpdated: true };
    return { rate, losses, bad };
  }
  const all: TrainerLosses[] = [];
  for (let part = 0; part < accumulate; part++) {
    const batch = await next();
    const losses = await trainer.accumulate(batch, { seed });
    if (!Number.isFinite(losses.loss)) return { rate, losses, bad: { batch, loss: losses.loss, isUpdated: false } };
    all.push(losses);
  }
  await trainer.apply({ rate });
  return { rate, losses: meanLosses(all), bad: null };
}

/** Examples seen after so many updates. */
export const imagesAt = ({ batch, accumulate }: RunRecipe, step: number): number => step * batch * accumulate;

function meanLosses(losses: readonly TrainerLosses[]): TrainerLosses {
  const mean = (of: (losses: TrainerLosses) => number): number =>
    losses.reduce((sum, each) => sum + of(each), 0) / losses.length;
  const names = Object.keys(losses[0]?.heads ?? {});
  return {
    loss: mean(({ loss }) => loss),
    heads: Object.fromEntries(names.map((name) => [name, mean(({ heads }) => heads[name] ?? Number.NaN)])),
  };
}
