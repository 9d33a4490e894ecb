/** What a map looks like: colours by the part that it plays, which differ in lightness too, so that they work in grey. */
import type { Operation } from "../model/plan.js";

export type Look = "input" | "fuse" | "conv" | "score" | "block" | "upsample" | "pool" | "crop" | "other";

export interface Paint {
  readonly front: string;
  readonly top: string;
  readonly side: string;
}

/** From light to dark: neighbours in a net are at least 7 apart in CIE lightness. */
export const paints: Readonly<Record<Look, Paint>> = {
  crop: { front: "#ffffff", top: "#ffffff", side: "#f1f2f4" },
  input: { front: "#e9e8e3", top: "#f2f1ee", side: "#cbc9c2" },
  fuse: { front: "#f9ce5a", top: "#fbde8f", side: "#cca94a" },
  conv: { front: "#9fc3e7", top: "#bed6ef", side: "#82a0bd" },
  other: { front: "#ababab", top: "#c6c6c6", side: "#8c8c8c" },
  score: { front: "#df7e3a", top: "#e9a779", side: "#b76730" },
  block: { front: "#5683bf", top: "#8cabd3", side: "#476b9d" },
  upsample: { front: "#247449", top: "#5a9a78", side: "#1a5435" },
  pool: { front: "#792831", top: "#9d5a63", side: "#561b22" },
};

/** In words, for the legend. */
export const lookWords: Readonly<Record<Look, string>> = {
  input: "input",
  conv: "convolution",
  pool: "pooling",
  block: "block of branches, drawn below",
  score: "scores of classes",
  upsample: "upsampling",
  fuse: "maps brought together",
  crop: "cropped map",
  other: "other layer",
};

/** What is `other` changes values, and is drawn with the map that it changes or as a layer of its own. */
const looks: Readonly<Record<Operation["op"], Look>> = {
  input: "input",
  preprocess: "input",
  conv: "conv",
  deconv: "upsample",
  upsample: "upsample",
  resize: "upsample",
  pool: "pool",
  globalpool: "other",
  crop: "crop",
  sum: "fuse",
  product: "fuse",
  concat: "fuse",
  pad: "other",
  activation: "other",
  leaky: "other",
  prelu: "other",
  dropout: "other",
  scale: "other",
  batchnorm: "other",
  lrn: "other",
  softmax: "other",
};

export const lookOf = ({ op }: Operation): Look => looks[op];

/** What stands in the circle of a map that is made of several. */
export function signOf({ op }: Operation): "+" | "×" | "‖" {
  return op === "concat" ? "‖" : op === "product" ? "×" : "+";
}
