/** What tests of training have in common: small batches, and trainers that are closed when a test ends. */
import { onTestFinished } from "vitest";
import type { Batch } from "../../src/data/batch.js";
import type { Plan } from "../../src/model/plan.js";
import { openTrainer, type OpenedTrainer, type TrainerOptions } from "../../src/train/open-trainer.js";
import type { TrainerEngine } from "../../src/train/trainable.js";
import type { Trainer } from "../../src/train/trainer.js";
import type { PlanWeights } from "../../src/weights/plan-weights.js";
import { bits, signed, stream } from "../../src/weights/random.js";
import { buildTraining } from "../../targets/tfjs-node/build.js";
import { describe } from "../../targets/tfjs-node/description.js";
import { nativeFolder } from "../engines/every-engine.js";
import { elements } from "../numbers/weights.js";

/** The native engine is looked for where the judges are. */
if (nativeFolder !== null) process.env["FCNC_NATIVE"] ??= nativeFolder;

export async function trainerOf(
  plan: Plan,
  weights: PlanWeights | null,
  options: TrainerOptions,
): Promise<OpenedTrainer> {
  const trainer = await openTrainer(plan, weights, options);
  onTestFinished(() => trainer.close());
  return trainer;
}

/** The same on an engine that `openTrainer` has no name for. */
export async function startedTrainer(
  plan: Plan,
  weights: PlanWeights,
  start: () => Promise<TrainerEngine>,
): Promise<Trainer> {
  const model = buildTraining(plan, new Set());
  const trainer = await (await start()).open({ model, description: describe(plan, model) }, {});
  onTestFinished(() => trainer.close());
  for (const { name, shape, isWeight } of trainer.state)
    if (isWeight) await trainer.write(name, await weights.read(name, 0, elements(shape)));
  return trainer;
}

/** Pixels and labels by chance, the same for a seed; one label in eight is the ignored one where there is such. */
export function batchOf(
  plan: Plan,
  seed: number,
  count = 2,
  [height, width]: readonly [number, number] = [21, 18],
): Batch {
  const random = stream(seed, "batch");
  let at = 0;
  const size = count * height * width;
  const images = plan.inputs.map(({ name, channels }) => {
    const data = Float32Array.from({ length: size * channels }, () =>
      Math.floor(128 * (1 + signed(bits(random, at++)))),
    );
    return [name, { shape: [count, height, width, channels], data }] as const;
  });
  const labels = plan.outputs.map(({ name, classes, ignore }) => {
    const label = (word: number) => (ignore !== null && word % 8 === 7 ? ignore : (word >>> 8) % classes);
    const data = Int32Array.from({ length: size }, () => label(bits(random, at++) >>> 0));
    return [name, { shape: [count, height, width], data }] as const;
  });
  return {
    images: Object.fromEntries(images),
    labels: Object.fromEntries(labels),
    names: Array.from({ length: count }, (_, index) => `example ${index}`),
  };
}
