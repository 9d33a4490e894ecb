/**
 * The reference nets on a photograph: what comes out of the compiled graph equals PyTorch's and OpenCV's scores, each
 * computed from a net that was written by hand, with the same weights.
 */
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Engine, LoadedModel, Value } from "../../src/engines/engine.js";
import { selectEngine } from "../../src/engines/select.js";
import { feedImage } from "../../src/images/feed.js";
import type { DecodedImage } from "../../src/images/read.js";
import { buildModel } from "../../targets/web/build.js";
import { engines } from "../engines/every-engine.js";
import { readNpy, writeNpy, type NumpyArray } from "../judges/npy.js";
import { pythonMissing, runJudge } from "../judges/python.js";
import { writeRandomWeights } from "../judges/random-weights.js";
import { judgeVocFcn, vocGain, vocTensors, type VocNet } from "../judges/voc-fcn.js";
import { vocPrototxt } from "../judges/voc-prototxt.js";
import { scratch } from "../weights/scratch.js";
import { expectArgmax, partOfRange, wrongPixels } from "./agreement.js";
import { compileVoc } from "./compiled.js";
import { patch, photograph } from "./photograph.js";
import { fileWeights } from "./weights.js";

const folder = await scratch();
const file = (name: string): string => join(folder, name);

function writeImage(path: string, { height, width, data }: DecodedImage): void {
  writeNpy(path, { shape: [height, width, 3], data: Uint8Array.from(data) });
}

async function load(engine: Engine, net: VocNet, width: number, weightsPath: string): Promise<LoadedModel> {
  const plan = await compileVoc(net, { width });
  const weights = await fileWeights(plan, weightsPath);
  try {
    return await engine.load(await buildModel(plan, weights));
  } finally {
    await weights.close();
  }
}

async function run(model: LoadedModel, image: DecodedImage): Promise<{ score: Value; mask: Value }> {
  const input = { name: "image", format: "bgr", height: "H", width: "W", channels: 3 } as const;
  const { score, mask } = await model.run({ image: feedImage(image, input) }, ["score", "mask"]);
  if (!score || !mask) throw new Error("no scores");
  expect(score.shape).toEqual([1, image.height, image.width, 21]);
  expectArgmax(mask, score);
  return { score, mask };
}

const measured = (difference: number, judge: string): string =>
  `${difference.toExponential(1)} of the scores' range from ${judge}`;

test("voc-fcn8s at full width has PyTorch's scores on a photograph, on WASM", async (context) => {
  const missing = pythonMissing("torch");
  if (missing) context.skip(missing);
  const net = "voc-fcn8s";
  const paths = { weights: file("full.safetensors"), image: file("full.npy"), score: file("full-score.npy") };
  writeRandomWeights(paths.weights, vocTensors(net), { seed: 8 });
  writeImage(paths.image, photograph);
  const judged = judgeVocFcn({ net, ...paths });

  const { engine } = await selectEngine("wasm");
  const model = await load(engine, net, 1, paths.weights);
  const { score, mask } = await run(model, photograph);
  model.dispose();
  await judged;
  rmSync(paths.weights);
  const wanted = readNpy(paths.score);
  expect(new Set(mask.data).size, "classes in the mask").toBeGreaterThan(1);
  const difference = partOfRange(score, wanted);
  await context.annotate(measured(difference, "PyTorch"));
  expect(difference).toBeLessThan(1e-4);
  expect(wrongPixels(mask, wanted, 1e-4)).toBe(0);
}, 240_000);

/** Every net at a part of its width, at sizes that leave other remainders. */
const part = { width: 1 / 32, text: "1/32" };
const small: readonly (readonly [VocNet, height: number, width: number])[] = [
  ["voc-fcn32s", 67, 100],
  ["voc-fcn16s", 45, 38],
  ["voc-fcn8s", 33, 71],
  ["voc-fcn8s", 1, 1],
  ["voc-fcn8s-atonce", 52, 19],
];

describe.each(small)("%s at %i by %i", (net, height, width) => {
  const key = `${net}-${height}`;
  const paths = { weights: file(`${key}.safetensors`), image: file(`${key}.npy`), score: file(`${key}-score.npy`) };
  const image = patch(height, width);
  let judged: Promise<NumpyArray> | null = null;

  async function judge(): Promise<NumpyArray> {
    const gain = net === "voc-fcn8s-atonce" ? vocGain : {};
    writeRandomWeights(paths.weights, vocTensors(net, part.width), { seed: 3, gain });
    writeImage(paths.image, image);
    await judgeVocFcn({ net, width: part.text, ...paths });
    return readNpy(paths.score);
  }

  test.for(engines)("has PyTorch's scores on %s", async ([, start], context) => {
    const missing = pythonMissing("torch");
    if (missing) context.skip(missing);
    const wanted = await (judged ??= judge());
    const model = await load(await start(), net, part.width, paths.weights);
    const { score, mask } = await run(model, image);
    model.dispose();
    const difference = partOfRange(score, wanted);
    await context.annotate(measured(difference, "PyTorch"));
    expect(difference).toBeLessThan(1e-5);
    expect(wrongPixels(mask, wanted, 1e-5)).toBe(0);
  });
});

test("voc-fcn16s has the scores of OpenCV reading a prototxt", async (context) => {
  const missing = pythonMissing("cv2");
  if (missing) context.skip(missing);
  const net = "voc-fcn16s";
  const image = patch(45, 38);
  const weights = file("opencv.safetensors");
  writeRandomWeights(weights, vocTensors(net, 1 / 16), { seed: 4 });
  writeImage(file("opencv.npy"), image);
  writeFileSync(file("opencv.prototxt"), vocPrototxt(net, image.height, image.width, 1 / 16));
  const flags = [
    "--prototxt",
    file("opencv.prototxt"),
    "--weights",
    weights,
    "--mean",
    "104.00699,116.66877,122.67892",
  ];
  const files = ["--input", `data=${file("opencv.npy")}`, "--value", `score=${file("opencv-score.npy")}`];
  await runJudge("caffe_opencv.py", [...flags, ...files]);

  const model = await load((await selectEngine("wasm")).engine, net, 1 / 16, weights);
  const { score } = await run(model, image);
  model.dispose();
  const difference = partOfRange(score, readNpy(file("opencv-score.npy")));
  await context.annotate(measured(difference, "OpenCV"));
  expect(difference).toBeLessThan(1e-5);
});
