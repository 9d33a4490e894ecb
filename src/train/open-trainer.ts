import type { EngineName } from "../engines/engine.js";
import { startFirst } from "../engines/select.js";
import type { Plan } from "../model/plan.js";
import { initWeights } from "../weights/init.js";
import type { PlanWeights } from "../weights/plan-weights.js";
import { buildTraining } from "../../targets/tfjs-node/build.js";
import { describe } from "../../targets/tfjs-node/description.js";
import { learnedUpsamplings } from "../../targets/web/build.js";
import { jsTrainers, wasmTrainers } from "./eager/engines.js";
import { nativeTrainers } from "./native.js";
import type { TrainerEngine, TrainerOptions } from "./trainable.js";
import type { Trainer } from "./trainer.js";

export type { TrainerOptions };

export interface OpenedTrainer extends Trainer {
  /** Why engines that `auto` prefers were not taken, as lines without a full stop. */
  readonly passedOver: readonly string[];
}

/**
 * A plan with its recipe, ready to be trained from `weights`, or from fresh ones of the recipe's seed. Upsampling whose
 * kernel in `weights` is not bilinear runs as an ordinary deconvolution, so who goes on with a run gives its weights here,
 * before `load` brings the rest of the state.
 *
 * @throws {TargetError} where the recipe leaves nothing to train, or leaves open how.
 * @throws {EngineError} when the engine that was asked for does not start.
 * @throws {WeightsError} when a weight cannot be read.
 */
export async function openTrainer(
  plan: Plan,
  weights: PlanWeights | null,
  options: TrainerOptions = {},
): Promise<OpenedTrainer> {
  const learned = weights === null ? [] : await learnedUpsamplings(plan, weights);
  const model = buildTraining(plan, new Set(learned));
  const { engine, passedOver } = await startFirst(options.engine ?? "auto", STARTS);
  const trainer = await engine.open({ model, description: describe(plan, model) }, options);
  try {
    await putWeights(trainer, weights ?? initWeights(plan, model.recipe.seed), options);
  } catch (error) {
    trainer.close();
    throw error;
  }
  return Object.assign(trainer, { passedOver });
}

const STARTS: Readonly<Record<EngineName, () => Promise<TrainerEngine>>> = {
  native: () => nativeTrainers(),
  wasm: wasmTrainers,
  js: jsTrainers,
};

async function putWeights(
  trainer: Trainer,
  weights: PlanWeights,
  { signal, onProgress }: TrainerOptions,
): Promise<void> {
  const wanted = trainer.state
    .filter(({ isWeight }) => isWeight)
    .map(({ name, shape }) => ({ name, size: shape.reduce((product, extent) => product * extent, 1) }));
  const total = wanted.reduce((sum, { size }) => sum + 4 * size, 0);
  let done = 0;
  for (const { name, size } of wanted) {
    signal?.throwIfAborted();
    await trainer.write(name, await weights.read(name, 0, size));
    done += 4 * size;
    onProgress?.({ done, total });
  }
}
