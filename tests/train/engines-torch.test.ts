/** Twenty steps of small nets on every engine, beside PyTorch's in double precision: every loss, and every weight at the end. */
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { Batch } from "../../src/data/batch.js";
import type { Plan } from "../../src/model/plan.js";
import { nativeEagerTrainers, wasmTrainers } from "../../src/train/eager/engines.js";
import { nativeTrainers } from "../../src/train/native.js";
import type { TrainerEngine } from "../../src/train/trainable.js";
import { openWeightFile } from "../../src/weights/formats/index.js";
import { initWeights } from "../../src/weights/init.js";
import { nativeFolder } from "../engines/every-engine.js";
import type { NumpyArray } from "../judges/npy.js";
import { pythonMissing } from "../judges/python.js";
import { judgeTraining } from "../judges/train-judge.js";
import { elements } from "../numbers/weights.js";
import { planOf } from "../targets/training-nets.js";
import { temporaryFolder } from "../weights/scratch.js";
import { batchOf, startedTrainer } from "./training.js";

const STEPS = 20;
const SIZE = [19, 14] as const;
const native = nativeFolder ?? undefined;

const ENGINES: Readonly<Record<string, () => Promise<TrainerEngine>>> = {
  "native graph": () => nativeTrainers(native),
  "native, eagerly": () => nativeEagerTrainers(native),
  WASM: wasmTrainers,
};
const NETS: Readonly<Record<string, number>> = { "32s-like": 1e-5, "16s-like": 1e-2, "8s-like": 1e-2 };

/** The batches of all steps, as one array for each input or output. */
function arrays(batches: readonly Batch[], kind: "images" | "labels"): Record<string, NumpyArray> {
  const names = Object.keys(batches[0]?.[kind] ?? {});
  return Object.fromEntries(
    names.map((name) => {
      const parts = batches.map((batch) => batch[kind][name]);
      const data = Float64Array.from(parts.flatMap((part) => Array.from(part?.data ?? [])));
      return [name, { shape: [batches.length, ...(parts[0]?.shape ?? [])], data }];
    }),
  );
}

async function judged(plan: Plan, batches: readonly Batch[], rate: number) {
  const folder = await temporaryFolder();
  const weights = join(folder, "weights.safetensors");
  const start = await startedTrainer(plan, initWeights(plan, 3), wasmTrainers);
  await start.save(weights);
  start.close();
  const images = arrays(batches, "images");
  return judgeTraining(folder, { plan, weights, rate, images, labels: arrays(batches, "labels") });
}

test.for(Object.entries(NETS))("%s", async ([title, rate], context) => {
  const missing = pythonMissing("torch");
  if (missing) return context.skip(missing);
  const plan = await planOf(title);
  const count = Number(plan.train?.["batch"]);
  const batches = Array.from({ length: STEPS }, (_, step) => batchOf(plan, 100 + step, count, SIZE));
  const judge = await judged(plan, batches, rate);
  const expected = await openWeightFile(judge.out);
  onTestFinished(() => expected.close());

  let compared = 0;
  for (const [engine, start] of Object.entries(ENGINES)) {
    if (engine.startsWith("native") && nativeFolder === null) continue;
    const trainer = await startedTrainer(plan, initWeights(plan, 3), start);
    for (const [step, batch] of batches.entries()) {
      const { loss } = await trainer.step(batch, { rate, seed: 1 });
      const wanted = judge.losses[step] ?? Number.NaN;
      expect(Math.abs(loss - wanted) / wanted, `${engine}: loss ${loss} of step ${step}, ${wanted}`).toBeLessThan(1e-4);
    }
    for (const { name, shape, isWeight } of trainer.state) {
      if (!isWeight) continue;
      const wanted = await expected.read(name, 0, elements(shape));
      const found = await trainer.read(name);
      const scale = wanted.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      const error = wanted.reduce((most, value, index) => Math.max(most, Math.abs(value - (found[index] ?? 0))), 0);
      expect(error, `${engine}: ${name} is off by ${error} of ${scale}`).toBeLessThanOrEqual(1e-4 * scale);
      compared++;
    }
    trainer.close();
  }
  expect(compared).toBeGreaterThan(8);
});
