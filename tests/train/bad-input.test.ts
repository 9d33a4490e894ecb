/** What a trainer refuses, it refuses alike on every engine: with a TrainingError, and as it was before. */
import { expect, test } from "vitest";
import type { Batch } from "../../src/data/batch.js";
import type { EngineName } from "../../src/engines/engine.js";
import type { Trainer } from "../../src/train/trainer.js";
import { nativeFolder, WHY_NO_NATIVE } from "../engines/every-engine.js";
import { planOf } from "../targets/training-nets.js";
import { batchOf, trainerOf } from "./training.js";

const options = { rate: 1e-2, seed: 1 };
const plan = await planOf("16s-like");
const batch = batchOf(plan, 1);

function withImage(change: (image: Batch["images"][string]) => Partial<Batch["images"][string]>): Batch {
  const images = Object.entries(batch.images).map(([name, image]) => [name, { ...image, ...change(image) }] as const);
  return { ...batch, images: Object.fromEntries(images) };
}

const FAULTS: Readonly<Record<string, (trainer: Trainer) => Promise<unknown>>> = {
  "a batch without an image": (trainer) => trainer.step({ ...batch, images: {} }, options),
  "images of two channels": (trainer) =>
    trainer.step(
      withImage(({ data, shape: [count = 0, height = 0, width = 0] }) => ({
        data: data.subarray(0, count * height * width * 2),
        shape: [count, height, width, 2],
      })),
      options,
    ),
  "labels of another size": (trainer) =>
    trainer.step({ ...batch, labels: batchOf(plan, 1, 2, [20, 18]).labels }, options),
  "a prediction without an image": (trainer) => trainer.predict({}),
  "nothing accumulated": (trainer) => trainer.apply(options),
  "a tensor that there is not": (trainer) => trainer.read("conv9.weight"),
  "too few numbers": (trainer) => trainer.write(trainer.state[0]?.name ?? "", new Float32Array(1)),
};

const ENGINES: readonly EngineName[] = nativeFolder === null ? ["wasm", "js"] : ["native", "wasm", "js"];
if (nativeFolder === null) test("native", (context) => context.skip(WHY_NO_NATIVE));

test.each(ENGINES)("on %s", async (engine) => {
  const trainer = await trainerOf(plan, null, { engine });
  const before = (await trainer.predict(batch.images))["score"]?.mask.data;
  for (const [name, fault] of Object.entries(FAULTS))
    await expect(fault(trainer), name).rejects.toMatchObject({ name: "TrainingError" });
  expect(trainer.updates).toBe(0);
  expect((await trainer.predict(batch.images))["score"]?.mask.data).toEqual(before);
});
