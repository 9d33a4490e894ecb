/** What ends a run before its time: a loss that is not finite, a full disk. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { WeightsError } from "../../src/weights/errors.js";
import { readCheckpoint, saveLast } from "../../src/train/checkpoint.js";
import { firstNotFinite } from "../../src/train/diagnose.js";
import { EagerTrainer } from "../../src/train/eager/trainer.js";
import { RunError } from "../../src/train/run-error.js";
import type { Trainer } from "../../src/train/trainer.js";
import { initWeights } from "../../src/weights/init.js";
import type { PlanWeights } from "../../src/weights/plan-weights.js";
import { TrainingError } from "../../targets/tfjs-node/module/types.js";
import { scratch } from "../weights/scratch.js";
import { linesOf, planOf, RECIPES, RUN_ENGINES, runTiny, shapesSet, tinySpec, type TinyRequest } from "./tiny-run.js";

const place = await scratch();
await shapesSet(join(place, "shapes"));

async function failure(request: TinyRequest): Promise<RunError> {
  const error: unknown = await runTiny(request).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(RunError);
  return error as RunError;
}

/** Fresh weights, with one tensor a number throughout. */
async function weightsWith(text: string, name: string, value: number): Promise<PlanWeights> {
  const weights = initWeights(await planOf(text), 4);
  return {
    ...weights,
    read: async (wanted, start, end, into) => {
      const values = await weights.read(wanted, start, end, into);
      return wanted === name ? values.fill(value) : values;
    },
  };
}

test.each(RUN_ENGINES)("a rate that is far too high, on %s: the step, the layer, the cause", async (engine) => {
  const folder = join(place, `rate ${engine}`);
  const text = tinySpec(RECIPES.momentum.replace("reduce: mean", "reduce: sum").replace("0.05", "1e38"));
  const { message, help } = await failure({ engine, folder, dataRoot: place, text });
  expect(message).toMatch(
    /^the loss of step 2 is NaN, on train_\d+, train_\d+\n {2}layer `conv1`: its weights `conv1.\w+` are not finite, by the update before this step$/,
  );
  expect(help).toEqual([
    "a rate that is too high is the usual cause, and 1e+38 it was: begin anew with a tenth of it, `--set optimizer.rate=1e+37 --out FOLDER`",
    "`loss: softmax(reduce: sum)` adds up over all pixels: a rate for it is thousands of times below one for the mean",
    `the checkpoint after step 0 in ${folder} is from before it`,
  ]);
  const lines = await linesOf(folder);
  expect(lines.at(-1)).toMatchObject({ kind: "stop", step: 2, why: "nan" });
  expect(lines.filter(({ kind }) => kind === "step")).toHaveLength(1);
  expect((await readCheckpoint(join(folder, "last.safetensors"))).updates).toBe(0);
});

test.each([
  ["one batch", RECIPES.momentum],
  ["accumulated", RECIPES["adam, accumulated"]],
])("values that overflow in a layer whose weights are finite, by %s", async (name, recipe) => {
  const text = tinySpec(recipe);
  const { message } = await failure({
    folder: join(place, `overflow ${name}`),
    dataRoot: place,
    text,
    openWeights: async () => ({ weights: await weightsWith(text, "conv2.weight", 3e38), named: [] }),
  });
  expect(message).toMatch(
    /^the loss of step 1 is NaN, on .*\n {2}layer `conv2`: its values are not finite, though all weights are$/,
  );
});

test("the first tensor that is not finite, in the net's order", async () => {
  const state = ["a.weight", "b.weight", "b.weight/momentum"].map((name) => ({
    name,
    shape: [1],
    isWeight: !name.includes("/"),
  }));
  const read = (name: string): Promise<Float32Array> =>
    Promise.resolve(Float32Array.of(name === "b.weight" ? Number.NaN : 1));
  expect(await firstNotFinite({ state, read })).toBe("b.weight");
  expect(await firstNotFinite({ state: state.slice(0, 1), read })).toBeNull();
});

test("an engine that has no memory left: what takes less, and that the run is kept", async () => {
  const folder = join(place, "memory");
  const text = tinySpec(RECIPES.momentum, "steps: 12\n  snapshot: 2");
  // As a picture does that is too large for WebAssembly: nothing else of the run is touched.
  const original = Reflect.get(EagerTrainer.prototype, "step") as EagerTrainer["step"];
  const step = vi.spyOn(EagerTrainer.prototype, "step");
  try {
    step.mockImplementation(async function (this: EagerTrainer, ...given) {
      if (this.updates < 3) return original.apply(this, given);
      throw new TrainingError("step: the 4 GiB of memory that WebAssembly has are used up");
    });
    const { message, help } = await failure({ engine: "wasm", folder, dataRoot: place, text });
    expect(message).toBe(
      "after step 3 the engine could not go on: step: the 4 GiB of memory that WebAssembly has are used up",
    );
    expect(help).toEqual([
      "a smaller batch takes less memory: `--set batch=1 --set accumulate=2`",
      expect.stringMatching(/^`fcnc doctor` says whether native/) as string,
      "a net or a recipe that is changed for it begins a new run: `--out` names its folder",
      `the checkpoint after step 2 in ${folder} is whole: \`--resume\` goes on from it`,
    ]);
  } finally {
    step.mockRestore();
  }
  expect(await runTiny({ engine: "wasm", folder, dataRoot: place, text, resume: true })).toMatchObject({ step: 12 });
});

test("a full disk: the checkpoint before stays, nothing is left beside it, and the message says how to go on", async () => {
  const folder = join(place, "full");
  await runTiny({ folder, dataRoot: place, text: tinySpec(RECIPES.momentum, "steps: 2") });
  const before = await readFile(join(folder, "last.safetensors"));
  const names = await readdir(folder);
  const full = Object.assign(new Error("ENOSPC: no space left on device"), { code: "ENOSPC", syscall: "write" });
  const save: Trainer["save"] = (path) =>
    Promise.reject(new WeightsError(`${path}: the disk is full`, { cause: full }));
  await expect(saveLast({ save } as Trainer, folder)).rejects.toMatchObject({
    name: "RunError",
    message: `${join(folder, "last.safetensors")} cannot be written: the disk is full`,
    help: ["the last checkpoint is whole: make room, and go on with `--resume`"],
  });
  expect(await readdir(folder)).toEqual(names);
  expect(await readFile(join(folder, "last.safetensors"))).toEqual(before);
});
