/**
 * Small nets from their text to their values: on every engine each operation of the plan has the value that the
 * reference interpreter and, where it is here, PyTorch give it, at sizes that leave remainders.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import type { Plan } from "../../src/model/plan.js";
import { verify } from "../../src/model/verify.js";
import { buildModel } from "../../targets/web/build.js";
import { engines, nativeFolder, WHY_NO_NATIVE } from "../engines/every-engine.js";
import { readNpy, writeNpy } from "../judges/npy.js";
import { pythonMissing, runJudge } from "../judges/python.js";
import { writeRandomWeights } from "../judges/random-weights.js";
import { readBlobs } from "../reference/compare.js";
import type { FeatureMap } from "../reference/feature-map.js";
import { interpret } from "../reference/interpreter.js";
import { expectArgmax, partOfRange, type Numbers } from "./agreement.js";
import { compileText } from "./compiled.js";
import { admits, randomInputs, type Extent } from "./inputs.js";
import { fileWeights } from "./weights.js";

const TOLERANCE = 1e-5;

interface Case {
  readonly size: Extent;
  readonly inputs: Readonly<Record<string, FeatureMap>>;
  readonly reference: ReadonlyMap<string, Numbers>;
  /** By operation, where Python is here. */
  readonly judged: ReadonlyMap<string, string>;
}

export interface Net {
  readonly plan: Plan;
  readonly weights: string;
  readonly cases: readonly Case[];
}

interface Job {
  readonly plan: string;
  readonly weights: string;
  readonly inputs: Record<string, string>;
  readonly values: Record<string, string>;
}

const missing = pythonMissing("torch");

/**
 * Declares the tests of some nets, given by their texts. Each runs at those of the sizes that it is proved to work at.
 *
 * @returns the nets, once `beforeAll` has compiled them
 */
export function testNets(
  texts: Readonly<Record<string, string>>,
  sizes: readonly Extent[],
  folder: string,
): ReadonlyMap<string, Net> {
  const nets = new Map<string, Net>();
  beforeAll(async () => {
    const jobs: Job[] = [];
    for (const [index, [title, text]] of Object.entries(texts).entries())
      nets.set(title, await prepare(await compileText(text), sizes, join(folder, String(index)), jobs));
    if (missing !== null) return;
    const list = join(folder, "jobs.json");
    writeFileSync(list, JSON.stringify(jobs));
    await runJudge("../numbers/plan_batch.py", [list]);
  });

  if (nativeFolder === null) test("on native", (context) => context.skip(WHY_NO_NATIVE));
  if (missing !== null) test("in PyTorch", (context) => context.skip(missing));

  test("their plans are what every plan must be", () => {
    for (const [title, { plan }] of nets) expect(verify(plan), title).toEqual([]);
  });

  describe.each(engines)("on %s", (_, start) => {
    test.for(Object.keys(texts))("%s", async (title, context) => {
      const net = nets.get(title) as Net;
      expect(net.cases.length).toBeGreaterThan(1);
      const source = await fileWeights(net.plan, net.weights);
      const model = await (await start()).load(await buildModel(net.plan, source));
      await source.close();
      const most = await compareCases(net, (fed, names) => model.run(fed, names));
      model.dispose();
      await context.annotate(`${most.toExponential(1)} of the range of a value at most`);
    });
  });
  return nets;
}

/** Writes what PyTorch needs, and lets the interpreter run. */
async function prepare(plan: Plan, sizes: readonly Extent[], stem: string, jobs: Job[]): Promise<Net> {
  const weights = `${stem}.safetensors`;
  writeRandomWeights(weights, plan.tensors, { seed: 5 });
  writeFileSync(`${stem}.json`, JSON.stringify(plan));
  const source = await fileWeights(plan, weights);
  const blobs = await readBlobs(plan, source);
  await source.close();
  const cases = sizes
    .filter((size) => admits(plan, size))
    .map((size, at): Case => {
      const inputs = randomInputs(plan, size, at);
      const paths = Object.keys(inputs).map((name) => [name, `${stem}-${at}-${name}.npy`] as const);
      for (const [name, path] of paths) {
        const { shape, data } = (inputs[name] as FeatureMap).toNhwc();
        writeNpy(path, { shape: shape.slice(1), data });
      }
      const values = plan.operations.map(({ name }, number) => [name, `${stem}-${at}-value-${number}.npy`] as const);
      jobs.push({
        plan: `${stem}.json`,
        weights,
        inputs: Object.fromEntries(paths),
        values: Object.fromEntries(values),
      });
      const reference = [...interpret(plan, blobs, inputs)].map(([name, map]) => [name, map.toNhwc()] as const);
      return { size, inputs, reference: new Map(reference), judged: new Map(missing === null ? values : []) };
    });
  return { plan, weights, cases };
}

type Run = (
  inputs: Readonly<Record<string, ReturnType<FeatureMap["toNhwc"]>>>,
  names: readonly string[],
) => Promise<Readonly<Record<string, Parameters<typeof expectArgmax>[0]>>>;

/** The largest difference found, which is below the tolerance. */
async function compareCases({ plan, cases }: Net, run: Run): Promise<number> {
  let most = 0;
  const names = plan.operations.map(({ name }) => name);
  const masks = plan.outputs.map(({ name }) => (plan.outputs.length === 1 ? "mask" : `${name}/mask`));
  for (const { size, inputs, reference, judged } of cases) {
    const fed = Object.fromEntries(Object.entries(inputs).map(([name, map]) => [name, map.toNhwc()]));
    const found = await run(fed, [...new Set([...names, ...masks])]);
    for (const name of names) {
      const value = found[name] as Numbers;
      const place = `${name} at ${size.join(" by ")}`;
      const difference = partOfRange(value, reference.get(name) as Numbers);
      expect(difference, `${place} against the interpreter`).toBeLessThan(TOLERANCE);
      const file = judged.get(name);
      const other = file === undefined ? 0 : partOfRange(value, readNpy(file));
      expect(other, `${place} against PyTorch`).toBeLessThan(TOLERANCE);
      most = Math.max(most, difference, other);
    }
    for (const [index, mask] of masks.entries()) expectArgmax(found[mask], found[plan.outputs[index]?.value ?? ""]);
  }
  return most;
}
