import type { Pair } from "../../src/model/plan.js";
import type { Graph } from "./graph.js";
import type { Lowering } from "./lowering.js";
import { attribute } from "./model-json.js";
import { affine, arithmetic, dimension, pack, ramp, reshape, shapeNode } from "./sizes.js";

/** A fixed bilinear deconvolution, as the plan states it. */
export interface Bilinear {
  readonly kernel: Pair;
  readonly stride: Pair;
  readonly pad: Pair;
}

/** What is kept of the upsampled map: [offset, offset + size of `reference`] on each axis. */
export interface Window {
  readonly offset: Pair;
  readonly reference: string;
}

/**
 * A bilinear deconvolution that is diagonal over channels, as two matrix products: width first, then height. With
 * `window` the crop is folded into the matrices, so that what it would cut away is never computed. Same as the dense
 * deconvolution to rounding, and far faster on every engine.
 *
 * [1, h, w, C] -> [1, H, W, C]. Along the width, each of the W outputs is a row of weights over the w inputs:
 * transposed to [w, h C], one plain product gives [W, h C]; then the same with the height. The order and the two
 * transpositions matter: broadcast or transposed products are many times slower on WASM.
 *
 * A batch of N is N maps side by side, [N, h, w, C] to [w, N h C] and so on, and takes a third transposition.
 *
 * @returns `name`
 */
export function upsample(
  { graph, batch }: Lowering,
  name: string,
  value: string,
  channels: number,
  bilinear: Bilinear,
  window: Window | null,
): string {
  const part = (text: string) => graph.part(name, text);
  const input = shapeNode(graph, name, value);
  const height = dimension(graph, name, "rows_in", input, 1);
  const width = dimension(graph, name, "columns_in", input, 2);
  const reference = window === null ? null : shapeNode(graph, name, window.reference);
  const size = (axis: 0 | 1) => {
    const text = axis === 0 ? "rows" : "columns";
    if (reference !== null) return dimension(graph, name, text, reference, axis + 1);
    // Caffe's size: stride (n - 1) + kernel - 2 pad
    const { kernel, stride, pad } = bilinear;
    const source = axis === 0 ? height : width;
    return affine(graph, name, text, source, stride[axis], kernel[axis] - stride[axis] - 2 * pad[axis]);
  };
  const outHeight = size(0);
  const outWidth = size(1);
  const shift = (axis: 0 | 1) => bilinear.pad[axis] + (window?.offset[axis] ?? 0);

  const columns = () => interpolation(graph, name, "width", bilinear, 1, shift(1), width, outWidth);
  const rows = () => interpolation(graph, name, "height", bilinear, 0, shift(0), height, outHeight);
  const images = batch === "one" ? [] : [dimension(graph, name, "images", input, 0)];
  const isOne = images.length === 0;

  const across = transpose(graph, part("across"), value, isOne ? [0, 2, 1, 3] : [2, 0, 1, 3]);
  const acrossFlat = reshape(graph, part("across/flat"), across, pack(graph, name, "across/shape", [width, -1]));
  const wide = multiply(graph, part("wide"), columns(), acrossFlat);
  const wideShape = pack(graph, name, "wide/shape", [outWidth, ...images, height, channels]);
  const wideMap = reshape(graph, part("wide/map"), wide, wideShape);
  const down = transpose(graph, part("down"), wideMap, isOne ? [1, 0, 2] : [2, 1, 0, 3]);
  const downFlat = reshape(graph, part("down/flat"), down, pack(graph, name, "down/shape", [height, -1]));
  const whole = multiply(graph, part("whole"), rows(), downFlat);
  const wholeShape = pack(graph, name, "whole/shape", [
    ...(isOne ? [1] : []),
    outHeight,
    ...images,
    outWidth,
    channels,
  ]);
  if (isOne) return reshape(graph, name, whole, wholeShape);
  return transpose(graph, name, reshape(graph, part("whole/map"), whole, wholeShape), [1, 0, 2, 3]);
}

function transpose(graph: Graph, name: string, value: string, order: readonly number[]): string {
  const types = { T: attribute.type("float32"), Tperm: attribute.type("int32") };
  return graph.node(name, "Transpose", [value, graph.integers(order)], types);
}

/**
 * The weights along one axis, [outputs, inputs]: relu(1 - |y + shift - c - stride i| / f) with c = (kernel - 1) / 2 and
 * f = ceil(kernel / 2). The distance is a multiple of a half, so it is exact before it is divided; beyond the kernel the
 * weight is zero or below, and relu makes it zero.
 */
function interpolation(
  graph: Graph,
  layer: string,
  part: string,
  bilinear: Bilinear,
  axis: 0 | 1,
  shift: number,
  inputs: string,
  outputs: string,
): string {
  const kernel = bilinear.kernel[axis];
  const name = (text: string) => graph.part(layer, `${part}/${text}`);
  const type = { T: attribute.type("float32") };
  const outputRamp = ramp(graph, layer, `${part}/outputs`, outputs);
  const shifted = arithmetic(graph, name("shifted"), "AddV2", outputRamp, graph.floats(shift - (kernel - 1) / 2));
  const column = reshape(graph, name("column"), shifted, graph.integers([-1, 1]));
  const inputRamp = ramp(graph, layer, `${part}/inputs`, inputs);
  const strided = arithmetic(graph, name("strided"), "Mul", inputRamp, graph.floats(bilinear.stride[axis]));
  const row = reshape(graph, name("row"), strided, graph.integers([1, -1]));
  const difference = arithmetic(graph, name("difference"), "Sub", column, row);
  const distance = graph.node(name("distance"), "Abs", [difference], type);
  const share = arithmetic(graph, name("share"), "RealDiv", distance, graph.floats(Math.ceil(kernel / 2)));
  const rest = arithmetic(graph, name("rest"), "Sub", graph.floats(1), share);
  return graph.node(name("weights"), "Relu", [rest], type);
}

function multiply(graph: Graph, name: string, left: string, right: string): string {
  return graph.node(name, "MatMul", [left, right], {
    T: attribute.type("float32"),
    transpose_a: attribute.flag(false),
    transpose_b: attribute.flag(false),
  });
}
