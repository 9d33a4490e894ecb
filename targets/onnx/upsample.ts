import type { OperationOf, Pair } from "../../src/model/plan.js";
import type { Graph } from "./graph.js";
import { attribute } from "./proto.js";
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
  const across = interpolation(graph, name, value, operation, window, 1, "right");
  const wide = graph.node(graph.part(name, "wide"), "MatMul", [value, across]);
  const down = interpolation(graph, name, value, operation, window, 0, "left");
  return graph.node(name, "MatMul", [down, wide]);
}

/**
 * The same pixel by pixel: the small map is turned, and nothing large is. [1, C, h, w] -> [1, H, W, C].
 *
 * @returns `name`
 */
export function upsamplePixels(
  graph: Graph,
  name: string,
  value: string,
  operation: OperationOf<"upsample">,
  window: Window | null,
): string {
  const text = (suffix: string) => graph.part(name, suffix);
  const axis = { axis: attribute.integer(0) };
  const turned = graph.node(text("turned"), "Transpose", [value], { perm: attribute.integers([0, 2, 3, 1]) });
  const across = interpolation(graph, name, value, operation, window, 1, "left");
  const wide = graph.node(text("wide"), "MatMul", [across, turned]);
  const lines = graph.node(text("lines"), "Concat", [length(graph, name, "lines/count", value, 0), rest(graph)], axis);
  const flat = graph.node(text("flat"), "Reshape", [wide, lines]);
  const down = interpolation(graph, name, value, operation, window, 0, "left");
  const tall = graph.node(text("tall"), "MatMul", [down, flat]);
  const height = graph.node(text("height"), "Shape", [down], {
    start: attribute.integer(0),
    end: attribute.integer(1),
  });
  const one = graph.integers([1]);
  const shape = graph.node(
    text("shape"),
    "Concat",
    [one, height, rest(graph), graph.integers([operation.channels])],
    axis,
  );
  return graph.node(name, "Reshape", [tall, shape]);
}

/** In a shape: as much as is left. */
const rest = (graph: Graph): string => graph.integers([-1]);

/**
 * The weights along one axis, relu(1 - |y + shift - c - stride i| / f) with c = (kernel - 1) / 2 and f = ceil(kernel /
 * 2): [outputs, inputs] where they stand left of the map, [inputs, outputs] where right. The distance is a multiple of a
 * half, so it is exact before it is divided.
 */
function interpolation(
  graph: Graph,
  layer: string,
  value: string,
  { kernel, stride, pad }: OperationOf<"upsample">,
  window: Window | null,
  axis: 0 | 1,
  side: "left" | "right",
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
  const ofOutputs = graph.node(text("of_outputs"), "Unsqueeze", [shifted, side === "left" ? column : row]);
  const ofInputs = graph.node(text("of_inputs"), "Unsqueeze", [centres, side === "left" ? row : column]);
  const difference = graph.node(text("difference"), "Sub", [ofOutputs, ofInputs]);
  const distance = graph.node(text("distance"), "Abs", [difference]);
  const share = graph.node(text("share"), "Div", [distance, graph.floats([Math.ceil(k / 2)])]);
  const left = graph.node(text("rest"), "Sub", [graph.floats([1]), share]);
  return graph.node(text("weights"), "Relu", [left]);
}
