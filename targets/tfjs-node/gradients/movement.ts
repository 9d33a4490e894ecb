import type { GradientRule } from "../backward.js";
import { FLOAT, INT } from "../graph.js";

/** Rules of operations that only move numbers: each number's gradient goes to where it came from. */

const reshape: GradientRule = ({ graph, input, gradient, part }) => {
  const output = gradient();
  if (output === null) return [];
  return [graph.reshape(part("input"), output, graph.shapeOf(input(0), part("shape"))), null];
};

const transpose: GradientRule = ({ graph, input, gradient, part }) => {
  const output = gradient();
  if (output === null) return [];
  const inverse = graph.typed(part("order"), "InvertPermutation", [input(1)], INT);
  return [graph.node(part("input"), "Transpose", [output, inverse], { T: FLOAT, Tperm: INT }), null];
};

/** Zeros around: as many before as the slice began at, as many after as it left. */
const slice: GradientRule = ({ graph, input, gradient, part }) => {
  const output = gradient();
  if (output === null) return [];
  const whole = graph.shapeOf(input(0), part("whole"));
  const taken = graph.shapeOf(output, part("taken"));
  const left = graph.typed(part("left"), "Sub", [whole, taken], INT);
  const after = graph.typed(part("after"), "Sub", [left, input(1)], INT);
  const attributes = { T: INT, N: { i: "2" }, axis: { i: "1" } };
  const paddings = graph.node(part("paddings"), "Pack", [input(1), after], attributes);
  return [graph.node(part("input"), "Pad", [output, paddings], { T: FLOAT, Tpaddings: INT }), null, null];
};

const stridedSlice: GradientRule = ({ graph, node, input, gradient, part }) => {
  const output = gradient();
  if (output === null) return [];
  const shape = graph.shapeOf(input(0), part("shape"));
  const inputs = [shape, input(1), input(2), input(3), output];
  return [graph.node(part("input"), "StridedSliceGrad", inputs, node.attributes), null, null, null];
};

const pad: GradientRule = ({ graph, input, gradient, part }) => {
  const output = gradient();
  if (output === null) return [];
  const size = graph.shapeOf(input(0), part("size"));
  const column = [input(1), graph.integers([0, 0]), graph.integers([-1, 1])];
  const before = graph.node(part("before"), "Slice", column, { T: INT, Index: INT });
  const start = graph.reshape(part("start"), before, graph.integers([-1]), INT);
  return [graph.node(part("input"), "Slice", [output, start, size], { T: FLOAT, Index: INT }), null, null];
};

const mirrorPad: GradientRule = ({ graph, node, input, gradient, part }) => {
  const output = gradient();
  if (output === null) return [];
  return [graph.node(part("input"), "MirrorPadGrad", [output, input(1)], node.attributes), null];
};

/** Of maps along their channels: each takes its own. */
const concat: GradientRule = ({ graph, node, input, gradient, part }) => {
  const output = gradient();
  if (output === null) return [];
  const maps = node.inputs.slice(0, -1);
  const sizes = maps.map((_, position) =>
    graph.at(part(`channels_${position}`), graph.shapeOf(input(position), part(`shape_${position}`)), 3),
  );
  const inputs = [output, graph.pack(part("channels"), sizes), graph.integers(3)];
  const attributes = { T: FLOAT, Tlen: INT, num_split: { i: String(maps.length) } };
  const split = graph.node(part("maps"), "SplitV", inputs, attributes);
  return maps.map((_, position) => (position === 0 ? split : `${split}:${position}`));
};

/** Its inputs are the axis and the whole. A part that nothing depends on has zeros. */
const split: GradientRule = ({ graph, node, input, gradient, part }) => {
  const parts = node.attributes["num_split"];
  const count = parts !== undefined && "i" in parts ? Number(parts.i) : 1;
  const gradients = Array.from({ length: count }, (_, output) => {
    const value = output === 0 ? node.name : `${node.name}:${output}`;
    return gradient(output) ?? graph.typed(part(`zeros_${output}`), "ZerosLike", [value]);
  });
  const attributes = { T: FLOAT, Tidx: INT, N: { i: String(count) } };
  return [null, graph.node(part("whole"), "ConcatV2", [...gradients, input(0)], attributes)];
};

/** Rows or columns that were taken more than once sum up. */
const gather: GradientRule = ({ graph, input, gradient, part }) => {
  const output = gradient();
  if (output === null) return [];
  const axis = axisOf(graph.nodeOf(input(2)).attributes["value"]);
  const order = axis === 1 ? [1, 0, 2, 3] : [2, 1, 0, 3];
  const first = graph.transpose(part("first"), output, order);
  const count = graph.at(part("count"), graph.shapeOf(input(0), part("shape")), axis);
  const attributes = { T: FLOAT, Tindices: INT, Tnumsegments: INT };
  const summed = graph.node(part("summed"), "UnsortedSegmentSum", [first, input(1), count], attributes);
  return [graph.transpose(part("input"), summed, order), null, null];
};

function axisOf(value: unknown): 1 | 2 {
  const constant = value as { readonly constant?: { readonly values: readonly number[] } } | undefined;
  return constant?.constant?.values[0] === 1 ? 1 : 2;
}

export const MOVEMENT_GRADIENTS = {
  Reshape: reshape,
  Transpose: transpose,
  Slice: slice,
  StridedSlice: stridedSlice,
  PadV2: pad,
  MirrorPad: mirrorPad,
  ConcatV2: concat,
  Split: split,
  GatherV2: gather,
} satisfies Readonly<Record<string, GradientRule>>;
