import type { Operation, OperationOf } from "../../src/model/plan.js";
import { tensorOf, type Operands } from "../operands.js";
import type { Graph } from "./graph.js";
import { attribute } from "./proto.js";

type Convolution = OperationOf<"conv"> | OperationOf<"deconv">;

/**
 * A convolution, or Caffe's Deconvolution: ConvTranspose, whose size is stride (n - 1) + extent - 2 pad as well.
 *
 * @returns `operation.name`
 */
export function convolution(graph: Graph, operands: Operands, value: string, operation: Convolution): string {
  const { weight, bias, kernel, stride, pad, dilation, groups } = operation;
  const inputs = [value, whole(graph, operands, operation, weight)];
  if (bias !== null) inputs.push(whole(graph, operands, operation, bias));
  return graph.node(operation.name, operation.op === "conv" ? "Conv" : "ConvTranspose", inputs, {
    kernel_shape: attribute.integers(kernel),
    strides: attribute.integers(stride),
    pads: attribute.integers([...pad, ...pad]),
    dilations: attribute.integers(dilation),
    group: attribute.integer(groups),
  });
}

/** An upsampling whose kernel in a file is not bilinear, as the deconvolution that it then is. */
export function learnedUpsample(
  graph: Graph,
  operands: Operands,
  value: string,
  operation: OperationOf<"upsample">,
): string {
  const [inputs = 1, perGroup = 1] = tensorOf(operands, operation, operation.weight).shape;
  return convolution(graph, operands, value, {
    ...operation,
    op: "deconv",
    bias: null,
    dilation: [1, 1],
    groups: inputs / perGroup,
  });
}

/** A tensor of the weights in its own shape. */
const whole = (graph: Graph, operands: Operands, operation: Operation, name: string): string =>
  graph.weight(name, tensorOf(operands, operation, name).shape);
