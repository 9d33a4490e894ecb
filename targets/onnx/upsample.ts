import type { OperationOf, Pair } from "../../src/model/plan.js";
import type { Graph } from "./graph.js";
import { affine, length, ramp } from "./sizes.js";

/** What is kept of the upsampled map: [offset, offset + size of `reference`] on each axis. */
export interface Window {
  readonly offset: Pair;
  readonly reference: string;
}

/**
 * A bilinear deconvolution that is diagonal over channels, as two matrix products: along the width, then the height.
 * With `window` the crop is folded into the matrices. [1, C, h, w] -> [1, C, H, W].
 *
 * @returns `name`
 */
export function upsample(
  graph: Graph,
  name: string,
  value: string,
  operation: OperationOf<"upsample">,
  window: Window | null,
): string {
  const across = interpolation(graph, name, value, operation, window, 1);
  const wide = graph.node(graph.part(name, "wide"), "MatMul", [value, across]);
  const down = interpolation(graph, name, value, operation, window, 0);
  return graph.node(name, "MatMul", [down, wide]);
}

/**
 * The weights along one axis, relu(1 - |y + shift - c - stride i| / f) with c = (kernel - 1) / 2 and f = ceil(kernel /
 * 2): [outputs, inputs] for the height, which stands left of the map, [inputs, outputs] for the width. The distance is a
 * multiple of a half, so it is exact before it is divided.
 */
function interpolation(
  graph: Graph,
  layer: string,
  value: string,
  { kernel, stride, pad }: OperationOf<"upsample">,
  window: Window | null,
  axis: 0 | 1,
): string {
  const part = axis === 0 ? "height" : "width";
  const text = (suffix: string) => graph.part(layer, `${part}/${suffix}`);
  const k = kernel[axis];
  const s = stride[axis];
  const inputs = length(graph, layer, `${part}/inputs`, value, axis);
  // Caffe's size: stride (n - 1) + kernel - 2 pad
  const outputs =
    window === null
      ? affine(graph, layer, `${part}/outputs`, inputs, s, k - s - 2 * pad[axis])
      : length(graph, layer, `${part}/outputs`, window.reference, axis);
  const shift = pad[axis] + (window?.offset[axis] ?? 0) - (k - 1) / 2;
  const column = graph.integers([1]);
  const row = graph.integers([0]);

  const places = ramp(graph, layer, `${part}/places`, outputs);
  const shifted = graph.node(text("shifted"), "Add", [places, graph.floats([shift])]);
  const units = ramp(graph, layer, `${part}/units`, inputs);
  const centres = graph.node(text("centres"), "Mul", [units, graph.floats([s])]);
  const ofOutputs = graph.node(text("of_outputs"), "Unsqueeze", [shifted, axis === 0 ? column : row]);
  const ofInputs = graph.node(text("of_inputs"), "Unsqueeze", [centres, axis === 0 ? row : column]);
  const difference = graph.node(text("difference"), "Sub", [ofOutputs, ofInputs]);
  const distance = graph.node(text("distance"), "Abs", [difference]);
  const share = graph.node(text("share"), "Div", [distance, graph.floats([Math.ceil(k / 2)])]);
  const rest = graph.node(text("rest"), "Sub", [graph.floats([1]), share]);
  return graph.node(text("weights"), "Relu", [rest]);
}
