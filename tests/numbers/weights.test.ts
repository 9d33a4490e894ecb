/** What a weights file may hold, from the file to the scores: dense layers, upsampling kernels, and what is left out. */
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import type { Engine, Value } from "../../src/engines/engine.js";
import { selectEngine } from "../../src/engines/select.js";
import { feedImage } from "../../src/images/feed.js";
import type { Plan } from "../../src/model/plan.js";
import { matchWeights } from "../../src/weights/match.js";
import { openWeightFile } from "../../src/weights/formats/index.js";
import { writeSafetensors } from "../../src/weights/formats/safetensors-writer.js";
import { buildModel } from "../../targets/web/build.js";
import { readNpy, writeNpy } from "../judges/npy.js";
import { pythonMissing } from "../judges/python.js";
import { writeRandomWeights, type WantedTensor } from "../judges/random-weights.js";
import { judgeVocFcn, vocGain, vocTensors, type VocNet } from "../judges/voc-fcn.js";
import { scratch } from "../weights/scratch.js";
import { partOfRange } from "./agreement.js";
import { compileVoc } from "./compiled.js";
import { patch } from "./photograph.js";
import { elements, fileWeights } from "./weights.js";

const folder = await scratch();
const image = patch(37, 45);
const part = { width: 1 / 32, text: "1/32" };
let engine: Engine;
beforeAll(async () => {
  ({ engine } = await selectEngine("wasm"));
});

let count = 0;
/** A file of seeded weights; the same tensors in the same order have the same numbers, whatever their shapes. */
function write(tensors: readonly WantedTensor[]): string {
  const path = join(folder, `${count++}.safetensors`);
  writeRandomWeights(path, tensors, { seed: 6, gain: { "upscore.weight": 0.1, ...vocGain } });
  return path;
}

interface Run {
  readonly score: Value;
  readonly learned: readonly string[];
  readonly origins: ReadonlyMap<string, string>;
}

async function run(plan: Plan, path: string): Promise<Run> {
  const weights = await fileWeights(plan, path);
  const built = await buildModel(plan, weights);
  const model = await engine.load(built);
  const [input] = plan.inputs;
  if (!input) throw new Error("no input");
  const { score } = await model.run({ image: feedImage(image, input) }, ["score"]);
  model.dispose();
  await weights.close();
  if (!score) throw new Error("no score");
  return { score, learned: built.learned, origins: weights.origins };
}

async function judge(net: VocNet, weights: string): Promise<ReturnType<typeof readNpy>> {
  const paths = { weights, image: `${weights}.image.npy`, score: `${weights}.score.npy` };
  writeNpy(paths.image, { shape: [image.height, image.width, 3], data: Uint8Array.from(image.data) });
  await judgeVocFcn({ net, width: part.text, ...paths });
  return readNpy(paths.score);
}

/** fc6 and fc7 as a classifier's file has them: [out, in]. */
const asDense = (tensor: WantedTensor): WantedTensor =>
  /^fc[67]\.weight$/.test(tensor.name)
    ? { ...tensor, shape: [tensor.shape[0] ?? 0, elements(tensor.shape.slice(1))] }
    : tensor;

test("a classifier's dense layers give the same scores as convolutions of the same numbers", async () => {
  const plan = await compileVoc("voc-fcn32s", part);
  const tensors = vocTensors("voc-fcn32s", part.width);
  const convolutions = await run(plan, write(tensors));
  const path = write(tensors.map(asDense));
  const dense = await run(plan, path);
  expect(dense.origins.get("fc6.weight")).toBe("reshaped");
  expect(dense.origins.get("fc7.weight")).toBe("reshaped");
  expect(dense.origins.get("conv1_1.weight")).toBe("copied");
  expect(dense.score).toEqual(convolutions.score);
});

test("a classifier's dense layers give the scores that they give in PyTorch", async (context) => {
  const missing = pythonMissing("torch");
  if (missing) context.skip(missing);
  const path = write(vocTensors("voc-fcn32s", part.width).map(asDense));
  const { score } = await run(await compileVoc("voc-fcn32s", part), path);
  expect(partOfRange(score, await judge("voc-fcn32s", path))).toBeLessThan(1e-5);
});

const upscore: WantedTensor = { name: "upscore.weight", shape: [21, 21, 64, 64], fanIn: 21 * 4 };

test("a kernel in the file that is not bilinear runs dense, and as in PyTorch", async (context) => {
  const missing = pythonMissing("torch");
  if (missing) context.skip(missing);
  const plan = await compileVoc("voc-fcn32s", part);
  const path = write([...vocTensors("voc-fcn32s", part.width), upscore]);
  const { score, learned, origins } = await run(plan, path);
  expect(learned).toEqual(["upscore"]);
  expect(origins.get("upscore.weight")).toBe("copied");
  const difference = partOfRange(score, await judge("voc-fcn32s", path));
  await context.annotate(`${difference.toExponential(1)} of the scores' range`);
  expect(difference).toBeLessThan(1e-5);
});

test("a file that holds the frozen tensors as they are is read as one without them", async () => {
  const plan = await compileVoc("voc-fcn8s-atonce", part);
  const without = write(vocTensors("voc-fcn8s-atonce", part.width));
  const made = await run(plan, without);
  expect(made.learned).toEqual([]);
  const generated = ["scale_pool4", "scale_pool3", "upscore2", "upscore_pool4", "upscore8"];
  for (const layer of generated) expect(made.origins.get(`${layer}.weight`)).toBe("generated");

  // What was made is written out with the rest and read again.
  const complete = join(folder, "complete.safetensors");
  const weights = await fileWeights(plan, without);
  await writeSafetensors(complete, weights);
  await weights.close();
  const read = await run(plan, complete);
  expect(read.learned).toEqual([]);
  expect(new Set(read.origins.values())).toEqual(new Set(["copied"]));
  expect(read.score).toEqual(made.score);
});

test("a scale in the file takes the place of the fixed one", async () => {
  const plan = await compileVoc("voc-fcn8s-atonce", part);
  const scale = { name: "scale_pool4.weight", shape: [512 * part.width] };
  const own = await run(plan, write([...vocTensors("voc-fcn8s-atonce", part.width), scale]));
  const fixed = await run(plan, write(vocTensors("voc-fcn8s-atonce", part.width)));
  expect(own.origins.get("scale_pool4.weight")).toBe("copied");
  expect(partOfRange(own.score, fixed.score)).toBeGreaterThan(1e-3);
});

test("what does not fit is named, and what can be made is not asked for", async () => {
  const plan = await compileVoc("voc-fcn16s", part);
  const tensors = vocTensors("voc-fcn16s", part.width).flatMap((tensor): WantedTensor[] => {
    if (tensor.name === "fc7.bias") return [];
    if (tensor.name === "score_fr.weight") return [{ ...tensor, shape: [...tensor.shape].reverse() }];
    return [tensor.name === "score_pool4.bias" ? { ...tensor, name: "score_pool_4.bias" } : tensor];
  });
  const { problems, weights } = matchWeights(plan, await openWeightFile(write(tensors)));
  await weights.close();
  const named = problems.map((problem) =>
    [problem.kind, "wanted" in problem ? problem.wanted.name : problem.found.name].join(" "),
  );
  expect(named.toSorted()).toEqual([
    "left-over score_pool_4.bias",
    "misshapen score_fr.weight",
    "missing fc7.bias",
    "missing score_pool4.bias",
  ]);
});
