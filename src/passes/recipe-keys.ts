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
  readonly entries?: readonly string[];
  /** True where a list of such values will do as well. */
  readonly several?: boolean;
}

const steps = { kinds: ["number"], whole: true } as const;

export const recipeKeys: Readonly<Record<string, SettingShape>> = {
  init: {
    kinds: ["call"],
    example: 'weights("vgg16-fcn.safetensors")',
    // Several files are loaded one after the other, each with the names of its layers changed as it says.
    several: true,
    calls: { weights: ["file", "resize", "suffix", "rename"], seed: ["seed"] },
  },
  after: { kinds: ["string"], several: true, example: '"./voc-fcn32s.fcn"' },
  data: { kinds: ["call"], example: 'sbdd(split: "train", seed: 1337)' },
  validate: { kinds: ["call"], example: 'voc2011(split: "seg11valid")' },
  loss: {
    kinds: ["call"],
    example: "softmax(reduce: sum)",
    calls: { softmax: ["reduce", "weights", "heads", "sample"] },
  },
  optimizer: {
    kinds: ["call"],
    example: "sgd(rate: 1e-10, momentum: 0.99, decay: 5e-4)",
    calls: { sgd: ["rate", "momentum", "decay"], adam: ["rate", "beta1", "beta2", "epsilon", "decay"] },
  },
  bias: { kinds: ["object"], example: "{ rate: 2x, decay: 0 }", entries: ["rate", "decay"] },
  schedule: {
    kinds: ["call", "word"],
    example: "poly(power: 0.9)",
    words: ["fixed", "cosine"],
    calls: { step: ["every", "factor"], poly: ["power"], cosine: [], fixed: [] },
  },
  batch: { ...steps, example: "1" },
  accumulate: { ...steps, example: "20" },
  steps: { ...steps, example: "100_000" },
  snapshot: { ...steps, example: "4000" },
  seed: { kinds: ["number"], example: "1337" },
  augment: {
    kinds: ["object"],
    example: "{ mirror: true }",
    entries: ["mirror", "scale", "jitter"],
  },
};

/** By target. A test holds the names against the folder of targets. */
export const targetKeys: Readonly<Record<string, Readonly<Record<string, SettingShape>>>> = {
  plan: {},
  web: {
    weights: { kinds: ["object"], example: '{ shard: "4MiB" }', entries: ["quantize", "shard"] },
    argmax: { kinds: ["boolean"], example: "true" },
  },
};
