/**
 * Every net of the library runs: as a graph of the nodes that its plan asks for, and on WASM, narrowed where it has a
 * width, at an odd size. What comes out is as large as the plan says, and has the values of PyTorch running the plan.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { compile } from "../../src/compile.js";
import type { Value } from "../../src/engines/engine.js";
import { selectEngine } from "../../src/engines/select.js";
import type { Operation, Plan } from "../../src/model/plan.js";
import { nodeHost } from "../../src/node-host.js";
import { buildModel } from "../../targets/web/build.js";
import { readNpy, writeNpy } from "../judges/npy.js";
import { pythonMissing, runJudge } from "../judges/python.js";
import { writeRandomWeights } from "../judges/random-weights.js";
import { libraryNets, planOf, root } from "../specs/library.js";
import { scratch } from "../weights/scratch.js";
import { expectArgmax, partOfRange } from "./agreement.js";
import { evaluateFormula } from "./formula.js";
import { randomInputs, type Extent } from "./inputs.js";
import { fileWeights } from "./weights.js";

const folder = await scratch();
const nets = (await libraryNets()).map(({ path }) => path);
const size: Extent = [33, 47];

/** Full widths that specs state, and what they become: VGG16's and U-Net's, and CaffeNet's, a multiple of 6. */
const widths: Readonly<Record<string, string>> = {
  "width: int = 64": "width: int = 4",
  "width: int = 96": "width: int = 12",
};

async function narrowPlan(path: string): Promise<Plan> {
  const host = {
    async read(file: string) {
      const text = await nodeHost.read(root + file);
      return Object.entries(widths).reduce((edited, [full, narrow]) => edited.replaceAll(full, narrow), text);
    },
  };
  const { plan } = await compile({ path }, host);
  if (plan === null) throw new Error(`${path} has faults`);
  return plan;
}

/** How many convolutions of TensorFlow an operation becomes; depthwise ones have nodes of their own. */
function convolutions(operation: Operation, plan: Plan): number {
  if (operation.op !== "conv") return 0;
  const channels = plan.operations.find(({ name }) => name === operation.inputs[0])?.channels;
  return operation.groups === channels ? 1 : operation.groups;
}

test("all of the library's nets are here", () => {
  expect(nets.length).toBeGreaterThanOrEqual(15 + 5);
});

describe.each(nets)("%s", (path) => {
  test("is a sound graph without weights, at full width", async () => {
    const plan = await planOf(path);
    const { modelJson, weightBytes } = await buildModel(plan, null);
    const nodes = modelJson.modelTopology.node;
    const names = new Set(nodes.map(({ name }) => name));
    expect(names.size).toBe(nodes.length);
    for (const { name, input } of nodes)
      for (const value of input ?? []) expect(names, name).toContain(value.replace(/:\d+$|^\^/g, ""));
    for (const { name } of plan.operations) expect(names).toContain(name);

    // A convolution whose activation runs inside of it is there twice, and once with it.
    const isConvolution = /^(Conv2D|_FusedConv2D|DepthwiseConv2dNative|FusedDepthwiseConv2dNative)$/;
    const owner = (name: string): string => name.replace(/\/group_\d+$/, "");
    const convs = plan.operations.filter(({ op }) => op === "conv");
    const plain = nodes.filter(
      ({ op, name }) => isConvolution.test(op) && convs.some((conv) => conv.name === owner(name)),
    );
    expect(plain.length).toBe(convs.reduce((sum, conv) => sum + convolutions(conv, plan), 0));

    const { inputs, outputs } = modelJson.signature as Record<"inputs" | "outputs", Record<string, { name: string }>>;
    expect(Object.keys(inputs)).toEqual(plan.inputs.map(({ name }) => name));
    expect(Object.keys(outputs).length).toBe(plan.outputs.length);
    for (const { name } of Object.values(outputs)) expect(names).toContain(name.replace(/:0$/, ""));

    // The manifest has every weight once, and upsampling kernels not at all.
    const learned = plan.tensors.filter(({ generated }) => !generated);
    const elements = learned.reduce((sum, { shape }) => sum + shape.reduce((product, side) => product * side, 1), 0);
    expect(weightBytes).toBeGreaterThanOrEqual(4 * elements);
    expect(weightBytes).toBeLessThan(4 * elements * 1.1 + 65_536);
  });
});

interface Run {
  readonly plan: Plan;
  readonly weights: string;
  readonly inputs: ReturnType<typeof randomInputs>;
  /** Where PyTorch writes the scores, by operation. */
  readonly judged: Readonly<Record<string, string>>;
}

describe("on WASM", () => {
  const missing = pythonMissing("torch");
  const runs = new Map<string, Run>();

  // One start of Python for all.
  beforeAll(async () => {
    const jobs: object[] = [];
    for (const [index, path] of nets.entries()) {
      const file = (name: string): string => join(folder, `${index}-${name}`);
      const plan = await narrowPlan(path);
      const [weights, inputs] = [file("weights.safetensors"), randomInputs(plan, size, 3)];
      writeRandomWeights(weights, plan.tensors, { seed: 7 });
      const judged = Object.fromEntries(plan.outputs.map(({ name, value }) => [value, file(`${name}.npy`)]));
      runs.set(path, { plan, weights, inputs, judged });

      const maps = Object.entries(inputs).map(([name, map]) => [name, file(`${name}.npy`), map.toNhwc()] as const);
      for (const [, at, { shape, data }] of maps) writeNpy(at, { shape: shape.slice(1), data });
      writeFileSync(file("plan.json"), JSON.stringify(plan));
      const given = Object.fromEntries(maps.map(([name, at]) => [name, at]));
      jobs.push({ plan: file("plan.json"), weights, inputs: given, values: judged });
    }
    if (missing !== null) return;
    writeFileSync(join(folder, "jobs.json"), JSON.stringify(jobs));
    await runJudge("../numbers/plan_batch.py", [join(folder, "jobs.json")]);
  }, 240_000);

  test.for(nets)("%s gives scores of the plan's size, and PyTorch's", async (path, context) => {
    const { plan, weights, inputs, judged } = runs.get(path) as Run;
    const source = await fileWeights(plan, weights);
    const { engine } = await selectEngine("wasm");
    const model = await engine.load(await buildModel(plan, source));
    await source.close();
    const masks = plan.outputs.map(({ name }) => (plan.outputs.length === 1 ? "mask" : `${name}/mask`));
    const fed = Object.fromEntries(Object.entries(inputs).map(([name, map]) => [name, map.toNhwc()]));
    const found = await model.run(fed, [...Object.keys(judged), ...masks]);
    model.dispose();

    const symbols = { H: size[0], W: size[1] };
    for (const [index, { name, value, classes }] of plan.outputs.entries()) {
      const layer = plan.layers.find((known) => known.name === name);
      const sides = [layer?.heightFormula, layer?.widthFormula].map((text) => evaluateFormula(text ?? "", symbols));
      expect(sides).toEqual(size);
      const score = found[value] as Value;
      expect(score.shape).toEqual([1, ...sides, classes]);
      expectArgmax(found[masks[index] as string], score);
    }
    if (missing !== null) context.skip(missing);
    for (const [value, file] of Object.entries(judged)) {
      const difference = partOfRange(found[value] as Value, readNpy(file));
      await context.annotate(`${value}: ${difference.toExponential(1)} of its range`);
      expect(difference, value).toBeLessThan(1e-4);
    }
  });
});
