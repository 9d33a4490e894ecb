/** Random nets at random sizes: engines and reference agree, sizes are as the plan says, and nothing is left behind. */
import { memory } from "@tensorflow/tfjs-core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { compile } from "../../src/compile.js";
import type { Engine } from "../../src/engines/engine.js";
import { jsEngine } from "../../src/engines/js.js";
import { wasmEngine } from "../../src/engines/wasm.js";
import type { Plan } from "../../src/model/plan.js";
import { nodeHost } from "../../src/node-host.js";
import { initWeights } from "../../src/weights/init.js";
import { buildModel } from "../../targets/web/build.js";
import { readBlobs } from "../reference/compare.js";
import type { FeatureMap } from "../reference/feature-map.js";
import { interpret } from "../reference/interpreter.js";
import { partOfRange, type Numbers } from "./agreement.js";
import { evaluateFormula } from "./formula.js";
import { admits, randomInputs, type Extent } from "./inputs.js";
import { randomNet } from "./random-net.js";

const RUNS = 200;
const TOLERANCE = 1e-5;

const size = fc.tuple(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 20 }));

/** Each layer's map has the size that its formula says. */
function expectFormulas(plan: Plan, [H, W]: Extent, values: ReadonlyMap<string, FeatureMap>): void {
  for (const { name, channels, heightFormula, widthFormula } of plan.layers) {
    const map = values.get(name);
    const stated = [channels, evaluateFormula(heightFormula, { H }), evaluateFormula(widthFormula, { W })];
    expect([map?.channels, map?.height, map?.width], `${name} at ${H} by ${W}`).toEqual(stated);
  }
}

async function expectAgreement(
  engine: Engine,
  plan: Plan,
  seed: number,
  inputs: Readonly<Record<string, FeatureMap>>,
  values: ReadonlyMap<string, FeatureMap>,
): Promise<number> {
  const before = memory().numTensors;
  const model = await engine.load(await buildModel(plan, initWeights(plan, seed)));
  const fed = Object.fromEntries(Object.entries(inputs).map(([name, map]) => [name, map.toNhwc()]));
  const loaded = memory().numTensors;
  // The outputs alone, as a user would, and then all that the plan names.
  await model.run(fed, model.outputs);
  const found = await model.run(fed, [...values.keys()]);
  expect(memory().numTensors, `tensors after running on ${engine.name}`).toBe(loaded);
  model.dispose();
  expect(memory().numTensors, `tensors after disposing on ${engine.name}`).toBe(before);
  let most = 0;
  for (const [name, map] of values) {
    const difference = partOfRange(found[name] as Numbers, map.toNhwc());
    expect(difference, `${name} on ${engine.name}`).toBeLessThan(TOLERANCE);
    most = Math.max(most, difference);
  }
  return most;
}

test("random nets have the reference's values on WASM and plain JS", async (context) => {
  const engines = [await wasmEngine(), await jsEngine()];
  const seen = { compiled: 0, run: 0, most: 0 };
  await fc.assert(
    fc.asyncProperty(randomNet, size, fc.nat(), async (text, extent, seed) => {
      const { plan, diagnostics } = await compile({ text }, nodeHost);
      if (plan === null) {
        // A net that is refused is refused for a reason, and not for what the text cannot be.
        expect(diagnostics.some(({ severity }) => severity === "error")).toBe(true);
        return;
      }
      seen.compiled++;
      if (!admits(plan, extent)) return;
      seen.run++;
      const inputs = randomInputs(plan, extent, seed);
      const values = interpret(plan, await readBlobs(plan, initWeights(plan, seed)), inputs);
      expectFormulas(plan, extent, values);
      for (const engine of engines)
        seen.most = Math.max(seen.most, await expectAgreement(engine, plan, seed, inputs, values));
    }),
    { numRuns: RUNS, seed: 1 },
  );
  await context.annotate(
    `${RUNS} nets, ${seen.compiled} compiled, ${seen.run} run, ${seen.most.toExponential(1)} at most`,
  );
  expect(seen.run).toBeGreaterThan(RUNS / 2);
}, 120_000);
