/**
 * Whose memory a run's state is: no trainer may keep the array that it was given. Native TensorFlow would take it over
 * where it lies at a multiple of its alignment, and let go of it in whatever thread comes last; tfjs-node then calls
 * into Node from there, which broke Node's memory, and ended the process, once in some thousand updates.
 */
import { expect, test } from "vitest";
import { jsTrainers, nativeEagerTrainers, wasmTrainers } from "../../src/train/eager/engines.js";
import { nativeTrainers } from "../../src/train/native.js";
import type { TrainerEngine } from "../../src/train/trainable.js";
import { initWeights } from "../../src/weights/init.js";
import { nativeFolder, WHY_NO_NATIVE } from "../engines/every-engine.js";
import { elements } from "../numbers/weights.js";
import { PlanBuilder } from "../reference/plan-builder.js";
import { trained } from "../targets/trained-plan.js";
import { startedTrainer } from "./training.js";

const native = nativeFolder ?? undefined;
const ENGINES: Readonly<Record<string, () => Promise<TrainerEngine>>> = {
  js: jsTrainers,
  WASM: wasmTrainers,
  ...(native && { native: () => nativeTrainers(native), "native, eagerly": () => nativeEagerTrainers(native) }),
};
const ALIGNMENT = 64;
/** What every allocator gives. */
const LEAST_ALIGNMENT = 8;

// A kernel of one number is laid out for TensorFlow without being copied, and so is a vector.
const plan = trained(new PlanBuilder().input(1).conv("c", 1, 1).conv("d", 3, 3).plan());

test.each(Object.entries(ENGINES))(
  "%s: an array that changes after it was written changes nothing",
  async (_, start) => {
    const trainer = await startedTrainer(plan, initWeights(plan, 8), start);
    expect(trainer.state.length).toBeGreaterThan(6);
    for (const { name, shape } of trainer.state) {
      const given = Array.from({ length: elements(shape) }, (_, index) => index + 0.5);
      for (let offset = 0; offset < ALIGNMENT; offset += LEAST_ALIGNMENT) {
        const values = new Float32Array(new ArrayBuffer(ALIGNMENT + 4 * given.length), offset, given.length);
        values.set(given);
        await trainer.write(name, values);
        values.fill(-1);
        expect([...(await trainer.read(name))], `${name} at ${offset}`).toEqual(given);
      }
    }
  },
);

if (native === undefined) test("native", (context) => context.skip(WHY_NO_NATIVE));
