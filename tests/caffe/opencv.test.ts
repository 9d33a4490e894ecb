/**
 * What is written for Caffe, as an independent reader takes it: OpenCV loads deploy.prototxt and weights.caffemodel and
 * computes the same maps, for small nets with every layer kind that Caffe has and for FCN-8s on a photograph.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { selectEngine } from "../../src/engines/select.js";
import { feedImage } from "../../src/images/feed.js";
import { layerKinds } from "../../src/layers/index.js";
import type { Plan } from "../../src/model/plan.js";
import { caffeTarget } from "../../targets/caffe/caffe.js";
import { lower } from "../../targets/caffe/lower.js";
import { inputBlobs } from "../../targets/caffe/names.js";
import { buildModel } from "../../targets/web/build.js";
import { readNpy, writeNpy } from "../judges/npy.js";
import { pythonMissing, runJudge } from "../judges/python.js";
import { writeRandomWeights } from "../judges/random-weights.js";
import { exampleNets } from "../layers/examples.js";
import { partOfRange, type Numbers } from "../numbers/agreement.js";
import { compileText, compileVoc } from "../numbers/compiled.js";
import { admits, randomInputs, type Extent } from "../numbers/inputs.js";
import { NETS } from "../numbers/nets.js";
import { patch, photograph } from "../numbers/photograph.js";
import { fileWeights } from "../numbers/weights.js";
import { readBlobs } from "../reference/compare.js";
import { interpret } from "../reference/interpreter.js";
import { scratch } from "../weights/scratch.js";

/** Of the scores' range; what is seen is below 1e-5. */
const TOLERANCE = 1e-4;
const SIZES: readonly Extent[] = [
  [5, 8],
  [23, 28],
];

/** Nets of `NETS` that Caffe cannot say; `refusals.test.ts` has what is said of them. */
const REFUSED = [
  "pooling with a dilation",
  "resizing and features of the whole image",
  "reflection",
  "padding layers",
  "the example of pad",
  "the example of resize",
];
/** OpenCV knows no `round_mode`. */
const FLOOR = ["max pooling by floor", "average pooling by floor", "a U-Net"];

/** What OpenCV's reader passes over, and Caffe does not: a deconvolution's dilation, an LRN's k. */
const PASSED_OVER = [
  ["deconv(4, 3, stride: 2, dilation: 2, pad: 1", "deconv(4, 3, stride: 2, pad: 1"],
  ["lrn(3, alpha: 2, beta: 0.5, k: 2)", "lrn(3, alpha: 2, beta: 0.5)"],
  ["lrn(3, alpha: 2, k: 2)", "lrn(3, alpha: 2)"],
] as const;
const judgeable = (text: string): string =>
  PASSED_OVER.reduce((changed, [what, by]) => changed.replaceAll(what, by), text);
/** The example of each layer kind, without the rounding that OpenCV does not know. */
const EXAMPLES = Object.fromEntries(
  Object.entries(exampleNets()).map(([kind, text]) => [
    `the example of ${kind}`,
    text.replaceAll(", round: floor", ""),
  ]),
);

const small = (members: string): string => `fcn 1\nnet small {${members}\n}\n`;
const MORE: Readonly<Record<string, string>> = {
  "features of the whole image": small(`
    input image: raw[H, W, 3]
    mean = image -> conv(4, 3, pad: 1) -> globalpool()
    most = image -> globalpool(max)
    both = concat(mean, most)
    output both`),
  "a border that a convolution takes in": small(`
    input image: bgr[H, W, 3] { mean: [104, 117, 123] }
    wide = image -> pad(3x2)
    score = conv(4, 3x5, pad: 1, stride: 2)
    output score`),
  "repeated units": small(`
    input image: raw[H, W, 3]
    small = image -> conv(4, 3, stride: 2, pad: 1) -> leaky(0.2)
    score = resize(3x, method: nearest)
    output score`),
  "a U-Net that rounds up": small(`
    input image: raw[H, W, 2]
    enc1 = image -> conv(3, 3, pad: 1) -> relu
    down = maxpool(2)
    enc2 = conv(4, 3, pad: 1) -> relu
    up   = deconv(3, 2, stride: 2)
    join = concat(enc1, up, crop: auto)
    score = conv(2, 1)
    output score`),
};

interface Job {
  readonly prototxt: string;
  readonly caffemodel: string;
  readonly inputs: Record<string, string>;
  readonly values: Record<string, string>;
}

interface Case {
  readonly size: Extent;
  /** By operation. */
  readonly wanted: ReadonlyMap<string, Numbers>;
  readonly found: ReadonlyMap<string, string>;
}

const folder = await scratch();
const missing = pythonMissing("cv2");
const texts = Object.fromEntries(
  Object.entries({ ...NETS, ...MORE, ...EXAMPLES }).filter(([title]) => ![...REFUSED, ...FLOOR].includes(title)),
);
const cases = new Map<string, Case[]>();
/** Layer kinds of the nets that are compared. */
const reached = new Set<string>();

/** Blobs, the last layer that writes each, and the operation whose value it then is. */
function lastWriters(plan: Plan): Map<string, { readonly layer: string; readonly operation: string }> {
  const { layers, blobs } = lower(plan, new Set());
  const result = new Map<string, { layer: string; operation: string }>();
  for (const [operation, blob] of blobs) {
    const layer = layers.findLast(({ tops }) => tops.includes(blob))?.name;
    if (layer !== undefined) result.set(blob, { layer, operation });
  }
  return result;
}

async function prepare(title: string, index: number, jobs: Job[]): Promise<Case[]> {
  const plan = await compileText(judgeable(texts[title] ?? ""));
  for (const layer of plan.layers) reached.add(layer.kind);
  const key = (name: string): string => join(folder, `${index}-${name}`);
  writeRandomWeights(key("w.safetensors"), plan.tensors, { seed: 5 });
  const weights = await fileWeights(plan, key("w.safetensors"));
  await caffeTarget.write(plan, weights, key("net"));
  const blobs = await readBlobs(plan, weights);
  await weights.close();

  const sizes = SIZES.filter((size) => admits(plan, size));
  return sizes.map((size): Case => {
    const at = `${size.join("x")}`;
    const values = interpret(plan, blobs, randomInputs(plan, size, 11));
    const numbers = (name: string): { shape: number[]; data: Float32Array } => {
      const value = values.get(name)?.toNhwc();
      if (value === undefined) throw new Error(`${title} has no ${name}`);
      return { ...value, shape: value.shape.slice(1) };
    };
    const job: Job = {
      prototxt: join(key("net"), "deploy.prototxt"),
      caffemodel: join(key("net"), "weights.caffemodel"),
      inputs: {},
      values: {},
    };
    for (const [input, blob] of inputBlobs(plan)) {
      const path = key(`${at}-${blob}.npy`);
      const fed = plan.operations.find(({ op, inputs }) => op === "preprocess" && inputs[0] === input)?.name ?? input;
      writeNpy(path, numbers(fed));
      job.inputs[blob] = path;
    }
    const found = new Map<string, string>();
    const wanted = new Map<string, Numbers>();
    for (const { layer, operation } of lastWriters(plan).values()) {
      const path = key(`${at}-${found.size}-found.npy`);
      job.values[layer] = path;
      found.set(operation, path);
      wanted.set(operation, numbers(operation));
    }
    jobs.push(job);
    return { size, wanted, found };
  });
}

beforeAll(async () => {
  if (missing !== null) return;
  const jobs: Job[] = [];
  for (const [index, title] of Object.keys(texts).entries()) cases.set(title, await prepare(title, index, jobs));
  writeFileSync(join(folder, "jobs.json"), JSON.stringify(jobs));
  await runJudge("caffe_written.py", [join(folder, "jobs.json")]);
}, 120_000);

test("every layer kind is among them", (context) => {
  if (missing !== null) context.skip(missing);
  expect([...reached].filter((kind) => kind !== "input").toSorted()).toEqual([...layerKinds.keys()]);
});

describe("OpenCV computes what is written", () => {
  test.for(Object.keys(texts))("%s", (title, context) => {
    if (missing !== null) context.skip(missing);
    const compared = cases.get(title) ?? [];
    expect(compared.length).toBeGreaterThan(0);
    for (const { size, wanted, found } of compared) {
      expect(wanted.size).toBeGreaterThan(0);
      for (const [operation, numbers] of wanted)
        expect(
          partOfRange(readNpy(found.get(operation) ?? ""), numbers),
          `${operation} at ${size.join("x")}`,
        ).toBeLessThan(TOLERANCE);
    }
  });
});

test("what OpenCV passes over is written", async () => {
  const written = async (title: string): Promise<string> => {
    expect(judgeable(NETS[title] ?? "")).not.toBe(NETS[title]);
    await caffeTarget.write(await compileText(NETS[title] ?? ""), null, join(folder, "passed-over"));
    return readFileSync(join(folder, "passed-over", "deploy.prototxt"), "utf8");
  };
  expect(await written("deconvolutions")).toContain("dilation: 2");
  expect(await written("local response normalization")).toContain("k: 2");
});

test.for(FLOOR)("%s says so, for Caffe's that know it", async (title) => {
  const plan = await compileText(NETS[title] ?? "");
  const out = join(folder, `floor-${FLOOR.indexOf(title)}`);
  await caffeTarget.write(plan, null, out);
  expect(readFileSync(join(out, "deploy.prototxt"), "utf8")).toContain("round_mode: FLOOR");
});

test("FCN-8s at a quarter of its width has our own scores on a photograph", async (context) => {
  if (missing !== null) context.skip(missing);
  const plan = await compileVoc("voc-fcn8s", { width: 1 / 4 });
  const file = (name: string): string => join(folder, `fcn8s-${name}`);
  writeRandomWeights(file("w.safetensors"), plan.tensors, { seed: 8 });
  const weights = await fileWeights(plan, file("w.safetensors"));
  await caffeTarget.write(plan, weights, file("net"));
  const image = patch(photograph.height, photograph.width);
  const { engine } = await selectEngine("wasm");
  const model = await engine.load(await buildModel(plan, weights));
  const { score } = await model.run({ image: feedImage(image, plan.inputs[0]!) }, ["score"]);
  model.dispose();
  await weights.close();
  if (score === undefined) throw new Error("no scores");

  const means = [104.00699, 116.66877, 122.67892];
  const data = Float32Array.from(
    { length: image.height * image.width * 3 },
    (_, index) => (image.data[index - (index % 3) + 2 - (index % 3)] ?? NaN) - (means[index % 3] ?? NaN),
  );
  writeNpy(file("data.npy"), { shape: [image.height, image.width, 3], data });
  const job: Job = {
    prototxt: join(file("net"), "deploy.prototxt"),
    caffemodel: join(file("net"), "weights.caffemodel"),
    inputs: { data: file("data.npy") },
    values: { score: file("score.npy") },
  };
  writeFileSync(file("jobs.json"), JSON.stringify([job]));
  await runJudge("caffe_written.py", [file("jobs.json")]);
  const difference = partOfRange(readNpy(file("score.npy")), score);
  await context.annotate(`${difference.toExponential(1)} of the scores' range`);
  expect(difference).toBeLessThan(TOLERANCE);
}, 240_000);
