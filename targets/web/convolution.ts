import type { OperationOf, Pair, Tensor } from "../../src/model/plan.js";
import { concat, split } from "./channels.js";
import { inputChannels, tensorOf } from "../operands.js";
import type { Lowering } from "./lowering.js";
import { attribute, type Attribute } from "./model-json.js";
import { pad } from "./padding.js";

/** An activation that runs inside the convolution's kernel. */
export type Fused = "Relu" | "Relu6" | null;

interface Piece {
  readonly value: string;
  readonly filter: string;
  readonly bias: string | null;
}

/**
 * A convolution with its bias and, where one follows, its activation. [1, h, w, I] -> [1, H, W, O].
 *
 * Groups become convolutions of their own between Split and ConcatV2, and one depthwise convolution where each channel
 * is its own group. A kernel is dilated with zeros where engines cannot dilate it: together with a stride, which TF.js
 * refuses, and depthwise, where native TensorFlow ignores it.
 *
 * @returns `name`
 */
export function convolution(
  context: Lowering,
  name: string,
  value: string,
  operation: OperationOf<"conv">,
  fused: Fused,
): string {
  const { graph } = context;
  const tensor = tensorOf(context, operation, operation.weight);
  const channels = inputChannels(context, operation);
  const { groups, stride } = operation;
  const depthwise = groups > 1 && groups === channels && stride[0] === stride[1];
  const dilated = operation.dilation.some((size) => size > 1);
  const spread = dilated && (depthwise || stride.some((size) => size > 1));
  const shape = spread ? spreadShape(operation) : operation;
  const settings = spread ? operation.dilation : ([1, 1] as const);
  const biasTensor = operation.bias;

  if (groups === 1 || depthwise) {
    const piece = {
      value,
      filter: filter(context, operation.layer, tensor, settings, 0, 1, depthwise ? channels : null),
      bias: bias(context, operation.layer, biasTensor, fused, operation.channels, 0, 1),
    };
    return depthwise ? depthwiseNode(context, name, piece, shape, fused) : node(context, name, piece, shape, fused);
  }
  const parts = split(graph, name, value, groups);
  const results = parts.map((part, group) => {
    const piece = {
      value: part,
      filter: filter(context, operation.layer, tensor, settings, group, groups, null),
      bias: bias(context, operation.layer, biasTensor, fused, operation.channels, group, groups),
    };
    return node(context, graph.part(name, `group_${group + 1}`), piece, shape, fused);
  });
  return concat(graph, name, results);
}

/** What decides the size of the result. */
export interface Shape {
  readonly kernel: Pair;
  readonly stride: Pair;
  readonly pad: Pair;
  readonly dilation: Pair;
}

function spreadShape({ kernel, stride, pad, dilation }: Shape): Shape {
  const size = (axis: 0 | 1) => dilation[axis] * (kernel[axis] - 1) + 1;
  return { kernel: [size(0), size(1)], stride, pad, dilation: [1, 1] };
}

/** The kernel of one group, [kh, kw, I, O], or [kh, kw, C, O / C] of a depthwise convolution: the same order. */
function filter(
  { graph }: Lowering,
  layer: string,
  tensor: Tensor,
  dilation: Pair,
  group: number,
  groups: number,
  depthwiseChannels: number | null,
): string {
  const [outputs = 1, inputs = 1, height = 1, width = 1] = tensor.shape;
  const rows = outputs / groups;
  const size = (taps: number, axis: 0 | 1) => dilation[axis] * (taps - 1) + 1;
  const channels = depthwiseChannels === null ? [inputs, rows] : [depthwiseChannels, outputs / depthwiseChannels];
  return graph.weight(
    layer,
    groups === 1 ? "weight" : `weight_${group + 1}`,
    [size(height, 0), size(width, 1), ...channels],
    { kind: "kernel", kernel: { tensor: tensor.name, start: group * rows, end: (group + 1) * rows, dilation } },
  );
}

/** The bias of one group. A fused activation needs one: zeros where the layer has none. */
function bias(
  { graph }: Lowering,
  layer: string,
  tensor: string | null,
  fused: Fused,
  channels: number,
  group: number,
  groups: number,
): string | null {
  const size = channels / groups;
  if (tensor === null) return fused === null ? null : graph.floats(Array<number>(size).fill(0));
  return graph.weight(layer, groups === 1 ? "bias" : `bias_${group + 1}`, [size], {
    kind: "vector",
    tensor,
    start: group * size,
    end: (group + 1) * size,
  });
}

function node({ graph }: Lowering, name: string, piece: Piece, shape: Shape, fused: Fused): string {
  const { value, filter, bias } = piece;
  if (bias === null) return graph.node(name, "Conv2D", [value, filter], convolutionAttributes(shape, null));
  const steps = fused === null ? ["BiasAdd"] : ["BiasAdd", fused];
  return graph.node(name, "_FusedConv2D", [value, filter, bias], convolutionAttributes(shape, steps));
}

/** Attributes of Conv2D, and with `steps` of _FusedConv2D, whose first step adds its third input. */
export function convolutionAttributes(shape: Shape, steps: readonly string[] | null): Record<string, Attribute> {
  const { stride, pad, dilation } = shape;
  const how = padding(shape);
  return {
    T: attribute.type("float32"),
    strides: attribute.integers([1, ...stride, 1]),
    dilations: attribute.integers([1, ...dilation, 1]),
    data_format: attribute.text("NHWC"),
    use_cudnn_on_gpu: attribute.flag(true),
    padding: attribute.text(how),
    explicit_paddings: attribute.integers(how === "EXPLICIT" ? [0, 0, pad[0], pad[0], pad[1], pad[1], 0, 0] : []),
    ...(steps === null ? {} : fusion(steps)),
  };
}

function depthwiseNode({ graph }: Lowering, name: string, piece: Piece, shape: Shape, fused: Fused): string {
  const { filter, bias } = piece;
  const how = padding(shape);
  // Native TensorFlow takes no explicit padding here, so it is a node of its own.
  const value =
    how === "EXPLICIT" ? pad(graph, graph.part(name, "padded"), piece.value, shape.pad, shape.pad, 0) : piece.value;
  const attributes = {
    T: attribute.type("float32"),
    strides: attribute.integers([1, ...shape.stride, 1]),
    dilations: attribute.integers([1, ...shape.dilation, 1]),
    data_format: attribute.text("NHWC"),
    padding: attribute.text(how === "EXPLICIT" ? "VALID" : how),
  };
  if (bias === null) return graph.node(name, "DepthwiseConv2dNative", [value, filter], attributes);
  return graph.node(name, "FusedDepthwiseConv2dNative", [value, filter, bias], {
    ...attributes,
    ...fusion(fused === null ? ["BiasAdd"] : ["BiasAdd", fused]),
  });
}

function fusion(steps: readonly string[]): Record<string, Attribute> {
  return {
    fused_ops: attribute.texts(steps),
    num_args: attribute.integer(1),
    epsilon: attribute.float(0),
    leakyrelu_alpha: attribute.float(0),
  };
}

/** SAME where it means exactly this padding at every size: stride 1, an odd kernel, and half of it as padding. */
function padding({ kernel, stride, pad, dilation }: Shape): "SAME" | "VALID" | "EXPLICIT" {
  if (pad[0] === 0 && pad[1] === 0) return "VALID";
  const same = ([0, 1] as const).every(
    (axis) => stride[axis] === 1 && 2 * pad[axis] === dilation[axis] * (kernel[axis] - 1),
  );
  return same ? "SAME" : "EXPLICIT";
}
