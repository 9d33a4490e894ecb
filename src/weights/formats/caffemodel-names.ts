/**
 * Names for the blobs of a Caffe layer, which have none: those that a spec wants, so that a caffemodel loads by name.
 * And shapes as they are without the ones that Caffe's old four-dimensional blobs put before them.
 */
import type { Blob } from "./caffemodel-blob.js";

/** By type, what a layer's blobs are called behind its name; any others are numbered. */
const KEYS: Readonly<Record<string, readonly string[]>> = {
  BatchNorm: ["running_mean", "running_var"],
  Bias: ["bias"],
};
const USUAL: readonly string[] = ["weight", "bias"];

/** `weight`, `bias`, `running_mean`, `2` */
export function keyOf(type: string, index: number): string {
  const keys = Object.hasOwn(KEYS, type) ? KEYS[type] : USUAL;
  return keys?.[index] ?? String(index);
}

/** Layer types whose blobs are all vectors. */
const VECTORS: ReadonlySet<string> = new Set(["BatchNorm", "Scale", "PReLU", "Bias"]);
const KERNELS: ReadonlySet<string> = new Set(["Convolution", "Deconvolution"]);

/**
 * The shape as the layer sees it. Old files give a bias as [1, 1, 1, N] and a dense weight as [1, 1, N, K]; Caffe
 * compares those aligned to the right (blob.cpp, ShapeEquals). Where the layer's type is not known, a first blob
 * [1, 1, N, K] is dense when the second has N numbers.
 */
export function shapeOf(type: string, blobs: readonly Blob[], index: number): readonly number[] {
  const blob = blobs[index];
  if (blob === undefined) return [];
  const { shape, legacy } = blob;
  if (shape.length !== 4 || shape[0] !== 1 || shape[1] !== 1) return shape;
  const isVector = VECTORS.has(type) || (index === 1 && (legacy || KERNELS.has(type) || type === "InnerProduct"));
  if (isVector) return shape[2] === 1 ? shape.slice(3) : shape;
  if (KERNELS.has(type)) return shape;
  const isDense = type === "InnerProduct" || (legacy && type === "" && blobs[1]?.data.elements === shape[2]);
  return isDense && index === 0 ? shape.slice(2) : shape;
}
