import type { GradientRule } from "../backward.js";
import { FLOAT, INT } from "../graph.js";

/** Rules of pooling, resizing and normalization: most have an operation of TensorFlow's own. */

const maxPool: GradientRule = ({ graph, node, input, gradient, part }) => {
  const output = gradient();
  if (output === null) return [];
  return [graph.node(part("input"), "MaxPoolGrad", [input(0), node.name, output], node.attributes)];
};

const averagePool: GradientRule = ({ graph, node, input, gradient, part }) => {
  const output = gradient();
  if (output === null) return [];
  const shape = graph.shapeOf(input(0), part("shape"));
  return [graph.node(part("input"), "AvgPoolGrad", [shape, output], node.attributes)];
};

/** Over rows and columns: each unit has its share. */
const mean: GradientRule = ({ graph, input, gradient, part }) => {
  const output = gradient();
  if (output === null) return [];
  const shape = graph.shapeOf(input(0), part("shape"));
  const area = [1, 2].map((axis) => graph.at(part(`size_${axis}`), shape, axis));
  const count = graph.cast(part("count"), graph.typed(part("area"), "Mul", area, INT), "int32", "float32");
  const share = graph.typed(part("share"), "RealDiv", [output, count]);
  return [graph.node(part("input"), "BroadcastTo", [share, shape], { T: FLOAT, Tidx: INT }), null];
};

/** Over rows and columns: the largest share it, where there are several. */
const max: GradientRule = ({ graph, node, input, gradient, part }) => {
  const output = gradient();
  if (output === null) return [];
  const equal = graph.typed(part("equal"), "Equal", [input(0), node.name]);
  const mask = graph.cast(part("mask"), equal, "bool", "float32");
  const count = graph.sum(part("count"), mask, input(1), true);
  const share = graph.typed(part("share"), "RealDiv", [output, count]);
  return [graph.typed(part("input"), "Mul", [mask, share]), null];
};

const resizeBilinear: GradientRule = ({ graph, node, input, gradient, part }) => {
  const output = gradient();
  if (output === null) return [];
  return [graph.node(part("input"), "ResizeBilinearGrad", [output, input(0)], node.attributes), null];
};

const resizeNearest: GradientRule = ({ graph, node, input, gradient, part }) => {
  const output = gradient();
  if (output === null) return [];
  const shape = graph.shapeOf(input(0), part("shape"));
  const size = graph.pack(
    part("size"),
    [1, 2].map((axis) => graph.at(part(`size_${axis}`), shape, axis)),
  );
  return [graph.node(part("input"), "ResizeNearestNeighborGrad", [output, size], node.attributes), null];
};

const localResponse: GradientRule = ({ graph, node, input, gradient, part }) => {
  const output = gradient();
  if (output === null) return [];
  return [graph.node(part("input"), "LRNGrad", [output, input(0), node.name], node.attributes)];
};

/** With the running statistics, which no gradient moves. Its inputs are the map, weight, bias, mean, variance. */
const batchNorm: GradientRule = ({ graph, node, input, gradient, needs, part }) => {
  const output = gradient();
  if (output === null) return [];
  const { T = FLOAT, U = FLOAT, epsilon = { f: 1e-5 } } = node.attributes;
  const inputs = [output, input(0), input(1), input(3), input(4), `${node.name}:5`];
  const attributes = { T, U, epsilon, data_format: { s: btoa("NHWC") }, is_training: { b: false } };
  const all = graph.node(part("inputs"), "FusedBatchNormGradV3", inputs, attributes);
  return [needs(0) ? all : null, needs(1) ? `${all}:1` : null, needs(2) ? `${all}:2` : null, null, null];
};

export const REDUCTION_GRADIENTS = {
  MaxPool: maxPool,
  AvgPool: averagePool,
  Mean: mean,
  Max: max,
  ResizeBilinear: resizeBilinear,
  ResizeNearestNeighbor: resizeNearest,
  LRN: localResponse,
  FusedBatchNormV3: batchNorm,
} satisfies Readonly<Record<string, GradientRule>>;
