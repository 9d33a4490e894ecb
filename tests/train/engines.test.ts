/** What engines have in common beside one step: random numbers, accumulating, Adam, saving, and nothing left behind. */
import { join } from "node:path";
import * as core from "@tensorflow/tfjs-core";
import { beforeEach, expect, test } from "vitest";
import type { Trainer } from "../../src/train/trainer.js";
import { initWeights } from "../../src/weights/init.js";
import { nativeFolder, WHY_NO_NATIVE } from "../engines/every-engine.js";
import { compileText } from "../numbers/compiled.js";
import { difference } from "../reference/compare.js";
import { DROPPING, planOf } from "../targets/training-nets.js";
import { temporaryFolder } from "../weights/scratch.js";
import { batchOf, trainerOf } from "./training.js";

beforeEach((context) => {
  if (nativeFolder === null) context.skip(WHY_NO_NATIVE);
});

async function expectSameState(found: Trainer, expected: Trainer, most: number): Promise<void> {
  for (const { name } of expected.state)
    expect(difference(await found.read(name), await expected.read(name)), name).toBeLessThan(most);
}

test("WASM draws what native draws: dropout and loss sampling, seeds below zero as well", async () => {
  const plan = await compileText(DROPPING);
  const [native, wasm] = [
    await trainerOf(plan, initWeights(plan, 1), { engine: "native" }),
    await trainerOf(plan, initWeights(plan, 1), { engine: "wasm" }),
  ];
  const losses = new Set<number>();
  for (const seed of [7, -3, 2 ** 31 - 1]) {
    const batch = batchOf(plan, 1);
    const expected = (await native.step(batch, { rate: 0, seed })).loss;
    expect((await wasm.step(batch, { rate: 0, seed })).loss / expected).toBeCloseTo(1, 5);
    losses.add(expected);
  }
  expect(losses.size).toBe(3);
});

test("accumulated batches are applied as on native, and no tensor is left", async () => {
  const plan = await compileText(DROPPING);
  const [native, wasm] = [
    await trainerOf(plan, initWeights(plan, 1), { engine: "native" }),
    await trainerOf(plan, initWeights(plan, 1), { engine: "wasm" }),
  ];
  const update = async (trainer: Trainer): Promise<void> => {
    for (const seed of [1, 2]) await trainer.accumulate(batchOf(plan, seed), { seed: 5 });
    await trainer.apply({ rate: 1e-2 });
  };
  for (let round = 0; round < 2; round++) for (const trainer of [native, wasm]) await update(trainer);
  expect([wasm.updates, wasm.accumulated]).toEqual([2, 4]);
  await expectSameState(wasm, native, 5e-5);
  await expect(wasm.apply({ rate: 1e-2 })).rejects.toThrow("nothing was accumulated");

  const before = core.memory().numTensors;
  await update(wasm);
  await wasm.step(batchOf(plan, 3), { rate: 1e-2, seed: 5 });
  await wasm.predict(batchOf(plan, 3).images);
  expect(core.memory().numTensors).toBe(before);
});

test("Adam with weights of classes goes as on native", async () => {
  const plan = await planOf("Adam");
  const [native, wasm] = [
    await trainerOf(plan, initWeights(plan, 3), { engine: "native" }),
    await trainerOf(plan, initWeights(plan, 3), { engine: "wasm" }),
  ];
  for (let step = 0; step < 2; step++) {
    const expected = (await native.step(batchOf(plan, step), { rate: 1e-2, seed: 1 })).loss;
    expect((await wasm.step(batchOf(plan, step), { rate: 1e-2, seed: 1 })).loss / expected).toBeCloseTo(1, 5);
  }
});

test("a run that is saved on one engine goes on on another", async () => {
  const folder = await temporaryFolder();
  const plan = await compileText(DROPPING);
  const native = await trainerOf(plan, initWeights(plan, 1), { engine: "native" });
  const rate = { rate: 1e-2, seed: 5 };
  for (let step = 0; step < 3; step++) await native.step(batchOf(plan, step), rate);
  await native.save(join(folder, "run.safetensors"));
  const wasm = await trainerOf(plan, null, { engine: "wasm" });
  await wasm.load(join(folder, "run.safetensors"));
  expect(wasm.updates).toBe(3);
  await expectSameState(wasm, native, 1e-7);
  const expected = (await native.step(batchOf(plan, 9), rate)).loss;
  expect((await wasm.step(batchOf(plan, 9), rate)).loss / expected).toBeCloseTo(1, 5);
});
