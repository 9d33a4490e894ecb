/** ONNX models of small nets: valid by onnx's own checker, and on ONNX Runtime every value is the interpreter's. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { compile } from "../../src/compile.js";
import type { Plan } from "../../src/model/plan.js";
import { nodeHost } from "../../src/node-host.js";
import { initWeights } from "../../src/weights/init.js";
import { lower } from "../../targets/onnx/lower.js";
import { onnxTarget } from "../../targets/onnx/onnx.js";
import { readNpy, writeNpy } from "../judges/npy.js";
import { pythonMissing, runJudge } from "../judges/python.js";
import { writeRandomWeights } from "../judges/random-weights.js";
import { exampleNets } from "../layers/examples.js";
import { expectArgmax, partOfRange } from "../numbers/agreement.js";
import { compileText } from "../numbers/compiled.js";
import { admits, randomInputs, type Extent } from "../numbers/inputs.js";
import { NETS } from "../numbers/nets.js";
import { fileWeights } from "../numbers/weights.js";
import { readBlobs } from "../reference/compare.js";
import { interpret } from "../reference/interpreter.js";
import { scratch } from "../weights/scratch.js";

const TOLERANCE = 1e-5;
const SIZES: readonly Extent[] = [
  [1, 1],
  [3, 2],
  [5, 7],
  [13, 10],
  [23, 28],
];

const missing = pythonMissing("onnx", "onnxruntime");
const folder = await scratch();
const texts: Readonly<Record<string, string>> = { ...NETS, ...exampleNets() };

interface Value {
  readonly name: string;
  readonly file: string;
  readonly wanted: { readonly shape: readonly number[]; readonly data: Float32Array | Float64Array };
}

interface Case {
  readonly size: Extent;
  readonly inputs: Readonly<Record<string, string>>;
  readonly values: readonly Value[];
  /** The mask and the scores that it is of. */
  readonly masks: readonly (readonly [mask: string, scores: string])[];
}

const nets = new Map<string, readonly Case[]>();

async function prepare(plan: Plan, stem: string): Promise<{ model: string; cases: Case[] }> {
  writeRandomWeights(`${stem}.safetensors`, plan.tensors, { seed: 7 });
  const source = await fileWeights(plan, `${stem}.safetensors`);
  await onnxTarget.write(plan, source, stem);
  const blobs = await readBlobs(plan, source);
  await source.close();
  const { graph, heads } = lower(plan, new Set());
  const made = new Set(graph.nodes.map(({ name }) => name));
  const cases = SIZES.filter((size) => admits(plan, size)).map((size, at): Case => {
    const maps = randomInputs(plan, size, at);
    const inputs = Object.entries(maps).map(([name, map]) => {
      const { shape, data } = map.toNhwc();
      const path = `${stem}-${at}-${name}.npy`;
      writeNpy(path, { shape: shape.slice(1), data });
      return [name, path] as const;
    });
    const reference = [...interpret(plan, blobs, maps)].filter(([name]) => made.has(name));
    const values = reference.map(([name, map], index) => ({
      name,
      file: `${stem}-${at}-${index}.npy`,
      wanted: map.toNhwc(),
    }));
    const masks = heads.map(({ mask, output }) => [mask, output.value] as const);
    return { size, inputs: Object.fromEntries(inputs), values, masks };
  });
  return { model: join(stem, "model.onnx"), cases };
}

const maskFile = (stem: string, mask: string): string => `${stem}-${mask.replaceAll("/", "-")}.npy`;

describe("on ONNX Runtime", () => {
  beforeAll(async () => {
    if (missing !== null) return;
    const jobs: object[] = [];
    mkdirSync(join(folder, "nets"));
    for (const [index, [title, text]] of Object.entries(texts).entries()) {
      const stem = join(folder, "nets", String(index));
      const { model, cases } = await prepare(await compileText(text), stem);
      nets.set(title, cases);
      jobs.push({
        model,
        cases: cases.map(({ inputs, values, masks }) => ({
          inputs,
          values: Object.fromEntries([
            ...values.map(({ name, file }) => [name, file]),
            ...masks.map(([mask, scores]) => [mask, maskOf(values, scores, mask)]),
          ]),
        })),
      });
    }
    writeFileSync(join(folder, "jobs.json"), JSON.stringify(jobs));
    await runJudge("onnx_run.py", [join(folder, "jobs.json")]);
  });

  test.for(Object.keys(texts))("%s", async (title, context) => {
    if (missing !== null) return context.skip(missing);
    const cases = nets.get(title) ?? [];
    expect(cases.length).toBeGreaterThan(1);
    let most = 0;
    for (const { size, values, masks } of cases) {
      for (const { name, file, wanted } of values) {
        const difference = partOfRange(readNpy(file), wanted);
        expect(difference, `${name} at ${size.join(" by ")}`).toBeLessThan(TOLERANCE);
        most = Math.max(most, difference);
      }
      for (const [mask, scores] of masks) {
        const { shape, data } = readNpy(values.find(({ name }) => name === scores)?.file ?? "");
        const found = readNpy(maskOf(values, scores, mask));
        expectArgmax(
          { shape: found.shape, data: Int32Array.from(found.data) },
          { shape: [1, ...shape], data: Float32Array.from(data) },
        );
      }
    }
    await context.annotate(`${most.toExponential(1)} of the range of a value at most`);
  });
});

/** Where the judge puts a mask: beside its scores. */
function maskOf(values: readonly Value[], scores: string, mask: string): string {
  return maskFile(values.find(({ name }) => name === scores)?.file ?? "", mask);
}

test("a crop is folded into the upsampling before it", async () => {
  const plan = await compileText(NETS["upsampling"] ?? exampleNets()["crop"] ?? "");
  const names = lower(plan, new Set()).graph.nodes.map(({ name }) => name);
  const crop = plan.operations.find(({ op }) => op === "crop");
  expect(names).toContain(crop?.name);
  expect(names).not.toContain(crop?.inputs[0]);
});

test("without weights there is no model, and a note that says so", async () => {
  const { plan } = await compile({ path: "fcnc/voc-fcn32s.fcn" }, nodeHost);
  const out = join(folder, "no-weights");
  const { files, notes, hasWeights } = await onnxTarget.write(plan as Plan, null, out);
  expect(files.map(({ path }) => path)).toEqual(["plan.json", "weights-wanted.json"]);
  expect(hasWeights).toBe(false);
  expect(notes.join()).toContain("there is no model.onnx yet");
});

test("the same plan and weights give the same bytes", async () => {
  const plan = await compileText(exampleNets()["upsample"] ?? "");
  const [first, second] = [join(folder, "first"), join(folder, "second")];
  for (const out of [first, second]) await onnxTarget.write(plan, initWeights(plan, 1), out);
  const [a, b] = [first, second].map((out) => readFileSync(join(out, "model.onnx")));
  expect(a?.equals(b as Buffer)).toBe(true);
});
