/** Opening a trainer: what it says of itself, what it refuses, and what it leaves behind. */
import { readdir } from "node:fs/promises";
import { expect, test } from "vitest";
import { nativeFolder, WHY_NO_NATIVE } from "../engines/every-engine.js";
import { planOf } from "../targets/training-nets.js";
import { temporaryFolder } from "../weights/scratch.js";
import { batchOf, trainerOf } from "./training.js";

test("native: a step, a prediction, and nothing left on disk", async (context) => {
  if (nativeFolder === null) return context.skip(WHY_NO_NATIVE);
  const scratch = await temporaryFolder();
  const plan = await planOf("8s-like");
  const seen: number[] = [];
  const trainer = await trainerOf(plan, null, {
    engine: "native",
    scratch,
    onProgress: ({ done, total }) => seen.push(done / total),
  });
  expect(trainer.description).toMatch(/^native TensorFlow \d+\.\d+\.\d+ graph \(tfjs-node(-gpu)? 4\.\d+\.\d+, CPU\)$/);
  expect(seen.at(-1)).toBe(1);
  const batch = batchOf(plan, 1);
  const { loss, heads } = await trainer.step(batch, { rate: 1e-2, seed: 1 });
  expect(loss).toBeCloseTo((heads["semantic"] ?? 0) + (heads["geometric"] ?? 0), 4);
  const predicted = await trainer.predict(batch.images, { scores: true });
  expect(predicted["semantic"]?.scores.shape).toEqual([2, 21, 18, 4]);
  expect((await predicted["semantic"]?.scores.data())?.length).toBe(2 * 21 * 18 * 4);
  expect(predicted["geometric"]?.mask.data).toHaveLength(2 * 21 * 18);
  trainer.close();
  expect(await readdir(scratch)).toEqual([]);
});

test("a label that is no class is told with its example and its pixel", async (context) => {
  if (nativeFolder === null) return context.skip(WHY_NO_NATIVE);
  const plan = await planOf("16s-like");
  const trainer = await trainerOf(plan, null, { engine: "native" });
  const batch = batchOf(plan, 1);
  const label = batch.labels["score"]?.data ?? new Int32Array();
  label[21 * 18 + 3 * 18 + 5] = 4;
  await expect(trainer.step(batch, { rate: 1e-2, seed: 1 })).rejects.toThrow(
    "example 1: the label of `score` is 4 at row 3, column 5; its classes are 0 to 3, and 255 is ignored",
  );
  expect(trainer.updates).toBe(0);
});
