/** What `train` and `target` declarations may say. */
import type { Evaluated } from "./values.js";

export interface SettingShape {
  readonly kinds: readonly Evaluated["kind"][];
  /** Shown where it is written otherwise. */
  readonly example: string;
  /** For numbers: whether only whole ones from 1 on will do. */
  readonly whole?: boolean;
  readonly words?: readonly string[];
  /** Calls by name, with the names of their arguments. */
  readonly calls?: Readonly<Record<string, readonly string[]>>;
  /** What arguments of a call are, by the call's name. */
  readonly arguments?: Readonly<Record<string, Readonly<Record<string, SettingShape>>>>;
  readonly entries?: readonly string[];
  /** What the values of some entries are. */
  readonly within?: Readonly<Record<string, SettingShape>>;
  /** True where a list of such values will do as well. */
  readonly several?: boolean;
}

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

const steps = { kinds: ["number"], whole: true } as const;
const number = (example: string): SettingShape => ({ kinds: ["number"], example });
const rate = number("1e-3");
const decay = number("5e-4");

export const recipeKeys: Readonly<Record<string, SettingShape>> = {
  init: {
    kinds: ["call"],
    example: 'weights("vgg16-fcn.safetensors")',
    // Several files are loaded one after the other, each with the names of its layers changed as it says.
    several: true,
    calls: { weights: ["file", ...Object.keys(weightSettings)], seed: ["seed"] },
    arguments: { weights: weightSettings, seed: { seed: number("1") } },
  },
  after: { kinds: ["string"], several: true, example: '"./voc-fcn32s.fcn"' },
  data: { kinds: ["call"], example: 'sbdd(split: "train", seed: 1337)' },
  validate: { kinds: ["call"], example: 'voc2011(split: "seg11valid")' },
  loss: {
    kinds: ["call"],
    example: "softmax(reduce: sum)",
    calls: { softmax: ["reduce", "weights", "heads", "sample"] },
    arguments: { softmax: { reduce: { kinds: ["word"], words: ["sum", "mean"], example: "sum" } } },
  },
  optimizer: {
    kinds: ["call"],
    example: "sgd(rate: 1e-10, momentum: 0.99, decay: 5e-4)",
    calls: { sgd: ["rate", "momentum", "decay"], adam: ["rate", "beta1", "beta2", "epsilon", "decay"] },
    arguments: {
      sgd: { rate, decay, momentum: number("0.99") },
      adam: { rate, decay, beta1: number("0.9"), beta2: number("0.999"), epsilon: number("1e-8") },
    },
  },
  bias: { kinds: ["object"], example: "{ rate: 2x, decay: 0 }", entries: ["rate", "decay"] },
  schedule: {
    kinds: ["call", "word"],
    example: "poly(power: 0.9)",
    words: ["fixed", "cosine"],
    calls: { step: ["every", "factor"], poly: ["power"], cosine: [], fixed: [] },
    arguments: {
      step: { every: { ...steps, example: "10_000" }, factor: number("0.1") },
      poly: { power: number("0.9") },
    },
  },
  batch: { ...steps, example: "1" },
  accumulate: { ...steps, example: "20" },
  steps: { ...steps, example: "100_000" },
  snapshot: { ...steps, example: "4000" },
  seed: { kinds: ["number"], example: "1337" },
  augment: {
    kinds: ["object"],
    example: "{ mirror: true, jitter: 32 }",
    entries: ["mirror", "scale", "jitter", "crop"],
    within: {
      mirror: { kinds: ["boolean"], example: "true" },
      scale: { kinds: ["number"], several: true, example: "[0.5, 2]" },
      jitter: { ...steps, example: "32" },
      crop: { kinds: ["extent", "number"], example: "224x224" },
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
};

/** By target. A test holds the names against the folder of targets. */
export const targetKeys: Readonly<Record<string, Readonly<Record<string, SettingShape>>>> = {
  caffe: {},
  plan: {},
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
