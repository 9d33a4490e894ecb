import { numberOf } from "../attributes.js";
import { wholeShape } from "../host.js";
import { sizeOf, type Call, type Kernel, type Tensor } from "../value.js";
import { spread } from "./depthwise.js";
import { product } from "./product.js";

const pairsOf = (numbers: readonly number[]): [number, number][] =>
  Array.from({ length: numbers.length / 2 }, (_, axis) => [numbers[2 * axis] ?? 0, numbers[2 * axis + 1] ?? 0]);

const reshape: Kernel = (call) => {
  const value = call.tensor(0);
  return call.core.reshape(value, wholeShape(call.numbers(1), sizeOf(value.shape)));
};

const transpose: Kernel = (call) => call.core.transpose(call.tensor(0), call.numbers(1));

const slice: Kernel = (call) => call.core.slice(call.tensor(0), call.numbers(1), call.numbers(2));

const pad: Kernel = (call) => {
  const paddings = pairsOf(call.numbers(1));
  const [value = 0] = call.count > 2 ? call.numbers(2) : [];
  const input = call.tensor(0);
  return paddings.every(([before, after]) => before + after === 0)
    ? call.core.clone(input)
    : call.core.pad(input, paddings, value);
};

const mirrorPad: Kernel = (call) => call.core.mirrorPad(call.tensor(0), pairsOf(call.numbers(1)), "reflect");

const concat: Kernel = (call) => {
  const last = call.count - 1;
  const [axis = 0] = call.numbers(last);
  return call.core.concat(
    Array.from({ length: last }, (_, at) => call.tensor(at)),
    axis,
  );
};

/** Its inputs are the axis and the whole. */
const split: Kernel = (call) => {
  const [axis = 0] = call.numbers(0);
  return call.core.split(call.tensor(1), numberOf(call.node, "num_split"), axis);
};

/** Its inputs are the whole, the sizes and the axis. */
const splitUnequal: Kernel = (call) => {
  const [axis = 0] = call.numbers(2);
  return call.core.split(call.tensor(0), call.numbers(1), axis);
};

const gather: Kernel = (call) => {
  const [axis = 0] = call.numbers(2);
  return call.core.gather(call.tensor(0), call.core.tensor1d(call.numbers(1), "int32"), axis);
};

/** Rows that go to one place are added: a product with a matrix of ones and zeros. */
const segmentSum: Kernel = (call) => {
  const { core } = call;
  const value = call.tensor(0);
  const places = call.numbers(1);
  const [count = 0] = call.numbers(2);
  const matrix = new Float32Array(count * places.length);
  places.forEach((place, row) => (matrix[place * places.length + row] = 1));
  const flat = core.reshape(value, [places.length, sizeOf(value.shape) / places.length]);
  const sums = product(core, core.tensor2d(matrix, [count, places.length]), flat);
  return core.reshape(sums, [count, ...value.shape.slice(1)]);
};

/** Masks of a node as bits: where one is set, the slice goes from the first element, or to the last. */
function ends(call: Call): { readonly begin: number[]; readonly end: number[]; readonly strides: number[] } {
  const set = (key: string, axis: number): boolean => (numberOf(call.node, key) & (1 << axis)) !== 0;
  const shape = call.node.op === "StridedSliceGrad" ? call.numbers(0) : call.tensor(0).shape;
  const absolute = (position: number, size: number): number => (position < 0 ? position + size : position);
  return {
    begin: call.numbers(1).map((at, axis) => (set("begin_mask", axis) ? 0 : absolute(at, shape[axis] ?? 0))),
    end: call
      .numbers(2)
      .map((at, axis) => (set("end_mask", axis) ? (shape[axis] ?? 0) : absolute(at, shape[axis] ?? 0))),
    strides: call.numbers(3),
  };
}

const stridedSlice: Kernel = (call) => {
  const { begin, end, strides } = ends(call);
  return call.core.stridedSlice(call.tensor(0), begin, end, strides);
};

/** Of rows and columns of a map: each goes to where it was taken from, among zeros. */
const stridedSliceGradient: Kernel = (call) => {
  const { core } = call;
  const shape = call.numbers(0);
  const { begin, strides } = ends(call);
  const [, down = 1, across = 1] = strides;
  const apart = spread(core, call.tensor(4), [down, across]);
  // Zeros after the last are cut where the map ends before.
  const kept = apart.shape.map((size, axis) => Math.min(size, (shape[axis] ?? 0) - (begin[axis] ?? 0)));
  const cut: Tensor = core.slice(apart, [0, 0, 0, 0], kept);
  return core.pad(
    cut,
    shape.map((size, axis) => [begin[axis] ?? 0, size - (begin[axis] ?? 0) - (kept[axis] ?? 0)] as [number, number]),
  );
};

const broadcast: Kernel = (call) => call.core.broadcastTo(call.tensor(0), call.numbers(1));

/** The size of a block, and what is padded or cut: rows and columns. */
const blocks = (call: Call): [number[], number[][]] => [call.numbers(1), pairsOf(call.numbers(2))];

export const MOVEMENT_KERNELS: Readonly<Record<string, Kernel>> = {
  BatchToSpaceND: (call) => call.core.batchToSpaceND(call.tensor(0), ...blocks(call)),
  BroadcastTo: broadcast,
  ConcatV2: concat,
  GatherV2: gather,
  MirrorPad: mirrorPad,
  Pad: pad,
  PadV2: pad,
  Reshape: reshape,
  Slice: slice,
  SpaceToBatchND: (call) => call.core.spaceToBatchND(call.tensor(0), ...blocks(call)),
  Split: split,
  SplitV: splitUnequal,
  StridedSlice: stridedSlice,
  StridedSliceGrad: stridedSliceGradient,
  Transpose: transpose,
  UnsortedSegmentSum: segmentSum,
};
