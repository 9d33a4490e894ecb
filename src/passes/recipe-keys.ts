/** What `train` and `target` declarations may say. */
import { dataset } from "./dataset-shapes.js";
import { within, type Range, type SettingShape } from "./shape.js";

/** How a file of weights becomes a net's: docs/weights.md. */
const weightSettings: Readonly<Record<string, SettingShape>> = {
  suffix: { kinds: ["string"], example: '"color"' },
  rename: { kinds: ["object"], example: "{ conv1_1: conv1_1_bgrd }" },
  channels: { kinds: ["word"], words: ["mean", "repeat"], example: "mean" },
  classes: { kinds: ["word"], words: ["copy", "fresh", "refuse"], example: "copy" },
  fresh: { kinds: ["word", "string"], several: true, example: "[score_fr]" },
  names: { kinds: ["string"], example: '"fcnc/names/torchvision-vgg16.json"' },
  layout: { kinds: ["word"], words: ["pytorch", "caffe", "keras"], example: "keras" },
};

const number = (range: Range<number>, example: string): SettingShape => ({ kinds: ["number"], range, example });
const count = (example: string): SettingShape => number(within.counts, example);
const rate = number(within.fromZero, "1e-3");
const decay = number(within.fromZero, "5e-4");
const seed = number(within.wholeNumbers, "1337");

const factors: Range<readonly number[]> = {
  says: "the smallest and the largest factor of an image's sides, above 0 and at most 16",
  holds: ([least = 0, most = 0, ...more]) => more.length === 0 && 0 < least && least <= most && most <= 16,
};

export const recipeKeys: Readonly<Record<string, SettingShape>> = {
  init: {
    kinds: ["call"],
    example: 'weights("vgg16-fcn.safetensors")',
    // Several files are loaded one after the other, each with the names of its layers changed as it says.
    several: true,
    calls: { weights: ["file", ...Object.keys(weightSettings)], seed: ["seed"] },
    arguments: { weights: weightSettings, seed: { seed } },
  },
  after: { kinds: ["string"], several: true, example: '"./voc-fcn32s.fcn"' },
  data: dataset('sbdd(split: "train", seed: 1337)'),
  validate: dataset('voc2011(split: "seg11valid")'),
  loss: {
    kinds: ["call"],
    example: "softmax(reduce: sum)",
    calls: { softmax: ["reduce", "weights", "heads", "sample"] },
    arguments: {
      softmax: {
        reduce: { kinds: ["word"], words: ["sum", "mean"], example: "sum" },
        // One for each class, or such lists by output. The check `loss-weights` holds them against the net.
        weights: { kinds: ["list", "object"], example: "[0.5, 1, 1]" },
        heads: { kinds: ["list", "object"], example: "{ semantic: 1, geometric: 0.5 }" },
        sample: number(within.share, "0.25"),
      },
    },
  },
  optimizer: {
    kinds: ["call"],
    example: "sgd(rate: 1e-10, momentum: 0.99, decay: 5e-4)",
    calls: { sgd: ["rate", "momentum", "decay"], adam: ["rate", "beta1", "beta2", "epsilon", "decay"] },
    arguments: {
      sgd: { rate, decay, momentum: number(within.belowOne, "0.99") },
      adam: {
        rate,
        decay,
        beta1: number(within.belowOne, "0.9"),
        beta2: number(within.belowOne, "0.999"),
        epsilon: number(within.aboveZero, "1e-8"),
      },
    },
  },
  bias: { kinds: ["object"], example: "{ rate: 2x, decay: 0 }", entries: ["rate", "decay"] },
  schedule: {
    kinds: ["call", "word"],
    example: "poly(power: 0.9)",
    words: ["fixed", "cosine"],
    calls: { step: ["every", "factor"], poly: ["power"], cosine: [], fixed: [] },
    arguments: {
      step: { every: count("10_000"), factor: number(within.aboveZero, "0.1") },
      poly: { power: number(within.aboveZero, "0.9") },
    },
  },
  batch: count("1"),
  accumulate: count("20"),
  steps: count("100_000"),
  snapshot: count("4000"),
  seed,
  augment: {
    kinds: ["object"],
    example: "{ mirror: true, jitter: 32 }",
    entries: ["mirror", "scale", "jitter", "crop"],
    within: {
      mirror: { kinds: ["boolean"], example: "true" },
      scale: { kinds: ["list"], example: "[0.5, 2]", numbers: factors },
      jitter: number(within.pixels, "32"),
      crop: { kinds: ["extent", "number"], range: within.counts, example: "224x224" },
    },
  },
};

const storedTypes = ["float32", "float16", "uint16", "uint8"];

/** How weights are stored: a type for all kernels, or by names: the first that fits counts. */
const quantize: SettingShape = {
  kinds: ["word", "call"],
  example: '[float16("score*"), uint8]',
  several: true,
  words: storedTypes,
  // Its arguments are patterns of names, which have no names of their own.
  calls: Object.fromEntries(storedTypes.map((type) => [type, []])),
  takesAny: true,
};

/** By target. A test holds the names against the folder of targets. */
export const targetKeys: Readonly<Record<string, Readonly<Record<string, SettingShape>>>> = {
  caffe: {},
  onnx: {},
  plan: {},
  "tfjs-node": {},
  web: {
    weights: {
      kinds: ["object"],
      example: '{ shard: "4MiB" }',
      entries: ["quantize", "shard"],
      within: { quantize },
    },
    argmax: { kinds: ["boolean"], example: "true" },
    // Names of packages, which words cannot all be.
    runtime: { kinds: ["string"], words: ["tfjs", "onnxruntime-web"], example: '"onnxruntime-web"' },
  },
};
