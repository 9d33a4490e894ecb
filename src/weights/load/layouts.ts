/**
 * How frameworks lay weights out, and how a tensor of theirs becomes one of ours (convolution OIHW with I per group,
 * deconvolution IOHW with O per group, vectors [C]).
 *
 * - `pytorch`: ours. Dense layers are [out, in], in = C H W with C slowest.
 * - `caffe`: ours, and the four axes of old files (`num`, `channels`, `height`, `width`): a bias [1, 1, 1, N], a dense
 *   layer [1, 1, out, in]. Shapes are compared without their leading ones, as Caffe's `ShapeEquals` does.
 * - `keras` (and TensorFlow): convolution HWIO, depthwise [kh, kw, channels, multiplier], deconvolution [kh, kw, out, in],
 *   dense [in, out] with in = H W C, C fastest.
 */
import type { Tensor } from "../../model/plan.js";
import type { LoadStep } from "./load-plan.js";

export const layouts = ["pytorch", "caffe", "keras"] as const;
export type Layout = (typeof layouts)[number];

/** A source's tensor as [A, B, kh, kw] or [C], with the steps that make it so. */
export interface Arranged {
  readonly shape: readonly number[];
  readonly steps: readonly LoadStep[];
}

/**
 * The ways in which a tensor of this shape can be read for one of the net's, likeliest first. The first two axes may
 * differ from what is wanted (other channels or classes); kernels agree.
 */
export function arrange(found: readonly number[], wanted: Tensor, groups: number, layout: Layout): Arranged[] {
  if (wanted.role === "vector") return arrangeVector(found);
  return layout === "keras" ? arrangeKeras(found, wanted, groups) : arrangePytorch(found, wanted, groups);
}

function arrangeVector(found: readonly number[]): Arranged[] {
  const long = found.filter((size) => size !== 1);
  if (long.length > 1) return [];
  return [reshaped(found, [long[0] ?? 1])];
}

function arrangePytorch(found: readonly number[], wanted: Tensor, groups: number): Arranged[] {
  const [, inner = 1, height = 1, width = 1] = wanted.shape;
  const arranged: Arranged[] = [];
  if (found.length === 4 && found[2] === height && found[3] === width) arranged.push({ shape: found, steps: [] });
  // A dense layer, as Caffe's old files have it too: [1, 1, out, in].
  const matrix = found.length > 2 && found.slice(0, -2).every((size) => size === 1) ? found.slice(-2) : found;
  const [out = 1, into = 1] = matrix;
  const area = height * width;
  if (matrix.length === 2 && wanted.role === "conv" && groups === 1 && into % area === 0) {
    const channels = into / area;
    // Where the kernel is not wholly known from the product, only what is wanted will do.
    if (area === 1 || channels === inner) arranged.push(reshaped(found, [out, channels, height, width]));
  }
  return arranged;
}

function arrangeKeras(found: readonly number[], wanted: Tensor, groups: number): Arranged[] {
  const [outer = 1, inner = 1, height = 1, width = 1] = wanted.shape;
  const [first = 1, second = 1, third = 1, fourth = 1] = found;
  if (found.length === 2 && wanted.role === "conv" && groups === 1) {
    const channels = first / (height * width);
    if (!Number.isInteger(channels)) return [];
    if (height * width > 1 && channels !== inner) return [];
    const from = [height, width, channels, second];
    const transposed = transpose(from, [3, 2, 0, 1]);
    return [{ ...transposed, steps: [...reshaped(found, from).steps, ...transposed.steps] }];
  }
  if (found.length !== 4 || first !== height || second !== width) return [];
  const arranged: Arranged[] = [];
  // Depthwise: channel c gives `multiplier` maps, which follow one another.
  if (wanted.role === "conv" && groups > 1 && inner === 1 && third === groups && third * fourth === outer) {
    const from = [height, width, third * fourth, 1];
    const transposed = transpose(from, [2, 3, 0, 1]);
    arranged.push({ ...transposed, steps: [...reshaped(found, from).steps, ...transposed.steps] });
  }
  // HWIO, and of deconvolution [kh, kw, out, in]: the slowest of ours is the fastest of theirs.
  arranged.push(transpose(found, [3, 2, 0, 1]));
  return arranged;
}

function transpose(from: readonly number[], axes: readonly number[]): Arranged {
  const to = axes.map((axis) => from[axis] ?? 1);
  return { shape: to, steps: [{ step: "transpose", from, axes, to }] };
}

/** The same numbers in the same order, in another shape; nothing to do where the shapes are equal. */
function reshaped(from: readonly number[], to: readonly number[]): Arranged {
  return { shape: to, steps: isShape(from, to) ? [] : [{ step: "reshape", from, to }] };
}

export const isShape = (shape: readonly number[], other: readonly number[]): boolean =>
  shape.length === other.length && shape.every((size, axis) => size === other[axis]);
