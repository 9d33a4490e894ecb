import { describe, expect, test } from "vitest";
import { initWeights } from "../../src/weights/init.js";
import { buildModel } from "../../targets/web/build.js";
import { engines, nativeFolder, WHY_NO_NATIVE } from "../engines/every-engine.js";
import { expectSame, noise, readBlobs } from "../reference/compare.js";
import { CASES } from "./primitives.js";

if (nativeFolder === null) test("on native", (context) => context.skip(WHY_NO_NATIVE));

describe.each(engines)("on %s", (_, start) => {
  test.each(Object.keys(CASES))("%s", async (name) => {
    const [builder, sizes] = primitive(name);
    const plan = builder.plan();
    const weights = initWeights(plan, 7);
    const blobs = await readBlobs(plan, weights);
    const engine = await start();
    const { memory } = await import("@tensorflow/tfjs-core");
    const before = memory().numTensors;
    const model = await engine.load(await buildModel(plan, weights));
    const loaded = memory().numTensors;
    for (const [height, width] of sizes) {
      const inputs = Object.fromEntries(
        plan.inputs.map((input, index) => [input.name, noise(input.channels, height, width, index)]),
      );
      await expectSame(model, plan, blobs, inputs);
    }
    expect(memory().numTensors, "tensors after running").toBe(loaded);
    model.dispose();
    expect(memory().numTensors, "tensors after disposing").toBe(before);
  });
});

function primitive(name: string) {
  const found = CASES[name];
  if (found === undefined) throw new Error(`no case ${name}`);
  return found;
}
