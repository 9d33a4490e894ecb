import type { OperationOf, Plan } from "../../src/model/plan.js";
import { planGeometry } from "../../src/model/plan-geometry.js";
import { toNumber } from "../../src/model/rational.js";
import { tensorOf, type Operands } from "../operands.js";
import type { Graph } from "./graph.js";
import { attribute } from "./proto.js";
import { affine, length } from "./sizes.js";

/** A picture of 224 pixels leaves 7 x 7 places at this stride. */
const COARSE_STRIDE = 32;
/** Of fewer outputs the product costs little beside the windows that are written out for it. */
const LEAST_OUTPUTS = 256;

/**
 * Convolutions of coarse maps with many outputs. ONNX Runtime's WebAssembly sums 16 places of a map at once, so that of
 * 49 it sums 64; in the product's other order it sums 16 outputs at once, of weights that it has arranged for that.
 */
export function coarseConvolutions(plan: Plan): ReadonlySet<string> {
  const geometry = planGeometry(plan);
  const isCoarse = (name: string): boolean => {
    const found = geometry.get(name);
    return [found?.y, found?.x].every((axis) => axis?.grid && toNumber(axis.grid.stride) >= COARSE_STRIDE);
  };
  const found = plan.operations.filter((operation) => {
    if (operation.op !== "conv" || operation.groups !== 1 || operation.channels < LEAST_OUTPUTS) return false;
    const steps = [...operation.stride, ...operation.dilation];
    return steps.every((step) => step === 1) && isCoarse(operation.name);
  });
  return new Set(found.map(({ name }) => name));
}

/**
 * A convolution of stride 1 as the product of its windows, written out, and its weights.
 * [1, I, H, W] -> [1, O, h, w].
 *
 * @returns `operation.name`
 */
export function convolutionAsProduct(
  graph: Graph,
  operands: Operands,
  value: string,
  operation: OperationOf<"conv">,
): string {
  const { name, kernel, pad, weight, bias } = operation;
  const [outputs = 1, inputs = 1] = tensorOf(operands, operation, weight).shape;
  const window = inputs * kernel[0] * kernel[1];
  const size = (axis: 0 | 1): string => {
    const part = axis === 0 ? "height" : "width";
    const all = length(graph, name, `${part}/inputs`, value, axis);
    return affine(graph, name, `${part}/outputs`, all, 1, 2 * pad[axis] - kernel[axis] + 1);
  };
  const [height, width] = [size(0), size(1)];

  let windows = value;
  if (pad[0] > 0 || pad[1] > 0)
    windows = graph.node(graph.part(name, "padded"), "Pad", [value, graph.integers([0, 0, ...pad, 0, 0, ...pad])]);
  // [1, I, kw, H, w], then [1, I, kh, kw, h, w]: the weights' own order.
  windows = places(graph, name, "width", windows, kernel[1], width, 3);
  windows = places(graph, name, "height", windows, kernel[0], height, kernel[1] === 1 ? 2 : 3);
  const written = graph.node(graph.part(name, "windows"), "Reshape", [windows, graph.integers([window, -1])]);
  const operandsOfProduct = [written, graph.weight(weight, [outputs, window])];
  if (bias !== null) operandsOfProduct.push(graph.weight(bias, [outputs]));
  const product = graph.node(graph.part(name, "product"), "Gemm", operandsOfProduct, {
    transA: attribute.integer(1),
    transB: attribute.integer(1),
  });
  const planes = graph.node(graph.part(name, "planes"), "Transpose", [product], { perm: attribute.integers([1, 0]) });
  const shape = graph.node(graph.part(name, "shape"), "Concat", [graph.integers([1, outputs]), height, width], {
    axis: attribute.integer(0),
  });
  return graph.node(name, "Reshape", [planes, shape]);
}

/** What a window's every place along one axis sees, as a new axis after the channels. */
function places(
  graph: Graph,
  layer: string,
  part: string,
  value: string,
  count: number,
  size: string,
  axis: number,
): string {
  if (count === 1) return value;
  const text = (suffix: string) => graph.part(layer, `${part}/${suffix}`);
  const seen = Array.from({ length: count }, (_, start) => {
    const end = affine(graph, layer, `${part}/end`, size, 1, start);
    const slice = graph.node(text("place"), "Slice", [value, graph.integers([start]), end, graph.integers([axis])]);
    return graph.node(text("of_window"), "Unsqueeze", [slice, graph.integers([2])]);
  });
  return graph.node(text("places"), "Concat", seen, { axis: attribute.integer(2) });
}
