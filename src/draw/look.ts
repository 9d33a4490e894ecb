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
  input: { front: "#e9e7e2", top: "#f4f3f0", side: "#d3d0c8" },
  fuse: { front: "#ffd35c", top: "#ffe08d", side: "#e2b53d" },
  conv: { front: "#a3c9ee", top: "#c2dcf5", side: "#86afd8" },
  other: { front: "#b0b0b0", top: "#c7c7c7", side: "#969696" },
  score: { front: "#f0883e", top: "#f5aa75", side: "#cf6c25" },
  block: { front: "#5d8fd0", top: "#86acdd", side: "#4575b4" },
  upsample: { front: "#2b8a57", top: "#4ea878", side: "#1f6d43" },
  pool: { front: "#8c2f39", top: "#a9535c", side: "#6d212a" },
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

const looks = {
  input: "input",
  preprocess: "input",
  pad: "other",
  conv: "conv",
  deconv: "upsample",
  upsample: "upsample",
  pool: "pool",
  crop: "crop",
  sum: "fuse",
  product: "fuse",
  concat: "fuse",
  activation: "other",
  dropout: "other",
  scale: "other",
  lrn: "other",
  softmax: "other",
} as const satisfies Record<Operation["op"], Look>;

export function lookOf(operation: Operation): Look {
  return looks[operation.op];
}

/** Operations that leave a map's size and place as they are, and are drawn with the map that they change. */
export function isInPlace({ op }: Operation): boolean {
  return op === "activation" || op === "dropout" || op === "scale" || op === "lrn" || op === "softmax";
}

/** What stands in the circle of a map that is made of several. */
export function signOf({ op }: Operation): "+" | "×" | "‖" {
  return op === "concat" ? "‖" : op === "product" ? "×" : "+";
}
