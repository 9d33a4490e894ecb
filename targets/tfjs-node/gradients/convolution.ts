import type { GradientRule, Step } from "../backward.js";
import { FLOAT } from "../graph.js";

/** BiasAddGrad sums over all axes but the channels'. */
const biasAdd: GradientRule = ({ graph, node, gradient, needs, part }) => {
  const output = gradient();
  if (output === null) return [];
  const bias = () => graph.node(part("bias"), "BiasAddGrad", [output], node.attributes);
  return [output, needs(1) ? bias() : null];
};

const conv2d: GradientRule = ({ graph, node, input, gradient, needs, part }) => {
  const output = gradient();
  if (output === null) return [];
  const shape = (position: number) => graph.shapeOf(input(position), part(`shape_${position}`));
  const by = (position: number, name: string, op: string, inputs: () => readonly string[]) =>
    needs(position) ? graph.node(part(name), op, inputs(), node.attributes) : null;
  return [
    by(0, "input", "Conv2DBackpropInput", () => [shape(0), input(1), output]),
    by(1, "filter", "Conv2DBackpropFilter", () => [input(0), shape(1), output]),
  ];
};

/** A deconvolution: its inputs are the size of the result, the filter, and the map. */
const conv2dBackpropInput: GradientRule = ({ graph, node, input, gradient, needs, part }) => {
  const output = gradient();
  if (output === null) return [];
  const filter = () => {
    const shape = graph.shapeOf(input(1), part("shape"));
    return graph.node(part("filter"), "Conv2DBackpropFilter", [output, shape, input(2)], node.attributes);
  };
  const map = () => graph.node(part("input"), "Conv2D", [output, input(1)], node.attributes);
  return [null, needs(1) ? filter() : null, needs(2) ? map() : null];
};

const depthwise: GradientRule = ({ graph, node, input, gradient, needs, part }) => {
  const output = gradient();
  if (output === null) return [];
  const op = (kind: "Input" | "Filter") => `DepthwiseConv2dNativeBackprop${kind}`;
  const shape = (position: number) => graph.shapeOf(input(position), part(`shape_${position}`));
  const map = () => graph.node(part("input"), op("Input"), [shape(0), input(1), output], node.attributes);
  const filter = () => graph.node(part("filter"), op("Filter"), [input(0), shape(1), output], node.attributes);
  return [needs(0) ? map() : null, needs(1) ? filter() : null];
};

/** Blocks of a map as images of a batch, and back: each is the other's inverse and its gradient. */
const moved =
  (op: "SpaceToBatchND" | "BatchToSpaceND"): GradientRule =>
  ({ graph, node, input, gradient, part }: Step) => {
    const output = gradient();
    return output === null ? [] : [graph.node(part("input"), op, [output, input(1), input(2)], node.attributes)];
  };

/** left right, neither transposed: by the left `gradient right^T`, by the right `left^T gradient`. */
const matMul: GradientRule = ({ graph, input, gradient, needs, part }) => {
  const output = gradient();
  if (output === null) return [];
  const product = (name: string, left: string, right: string, transposed: "transpose_a" | "transpose_b") =>
    graph.node(part(name), "MatMul", [left, right], { T: FLOAT, [transposed]: { b: true } });
  return [
    needs(0) ? product("left", output, input(1), "transpose_b") : null,
    needs(1) ? product("right", input(0), output, "transpose_a") : null,
  ];
};

export const CONVOLUTION_GRADIENTS = {
  BiasAdd: biasAdd,
  Conv2D: conv2d,
  Conv2DBackpropInput: conv2dBackpropInput,
  DepthwiseConv2dNative: depthwise,
  SpaceToBatchND: moved("BatchToSpaceND"),
  BatchToSpaceND: moved("SpaceToBatchND"),
  MatMul: matMul,
} satisfies Readonly<Record<string, GradientRule>>;
