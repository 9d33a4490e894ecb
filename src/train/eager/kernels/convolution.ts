import type { Call, Kernel, Tensor, Rank4 } from "../value.js";
import { composedFilterGradient } from "./filter-gradient.js";
import { composedInputGradient } from "./input-gradient.js";
import { framed, windowOf, type Pair, type Window } from "./window.js";
import { product } from "./product.js";
import { columnSums } from "./sums.js";

const pairOf = ([first = 1, second = 1]: readonly number[]): Pair => [first, second];
const sizeOfMap = (shape: readonly number[]): Pair => pairOf(shape.slice(1, 3));

const explicit = ({ rows, columns }: Window): [Pair, Pair, Pair, Pair] => [[0, 0], rows, columns, [0, 0]];

/** `activation` is of a fusion that the program made: see `fusion.ts`. */
const convolution =
  (activation: "linear" | "relu" | null): Kernel =>
  (call) => {
    const { core, node } = call;
    const [x, filter] = [call.tensor(0) as Rank4, call.tensor(1) as Rank4];
    const window = windowOf(node, sizeOfMap(x.shape), pairOf(filter.shape));
    const pad = explicit(window) as never;
    const [strides, dilations] = [[...window.stride] as [number, number], [...window.dilation] as [number, number]];
    if (activation === null) return core.conv2d(x, filter, strides, pad, "NHWC", dilations);
    const bias = call.tensor(2);
    return core.fused.conv2d({ x, filter, strides, pad, dilations, bias, activation });
  };

/** What a window leaves over at the end of a map: it is no part of any. */
function fitting({ rows, columns, ...rest }: Window, map: Pair, result: Pair, kernel: Pair): Window {
  const last = (axis: 0 | 1, [before]: Pair): Pair => {
    const reached = (result[axis] - 1) * rest.stride[axis] + (kernel[axis] - 1) * rest.dilation[axis] + 1;
    return [before, reached - map[axis] - before];
  };
  return { ...rest, rows: last(0, rows), columns: last(1, columns) };
}

const inputGradient: Kernel = (call) => {
  const { core, node } = call;
  const [shape, filter, gradient] = [call.numbers(0), call.tensor(1), call.tensor(2)];
  const kernel = pairOf(filter.shape);
  const window = windowOf(node, sizeOfMap(shape), kernel);
  if (call.isComposed) return composedInputGradient(core, gradient, filter, shape, window);
  const { rows, columns, stride } = fitting(window, sizeOfMap(shape), sizeOfMap(gradient.shape), kernel);
  const [images = 1, height = 0, width = 0, channels = 0] = shape;
  const inputShape = [images, height + rows[0] + rows[1], width + columns[0] + columns[1], channels];
  const whole = run(call, "Conv2DBackpropInput", { dy: gradient, filter }, { inputShape, ...plain(stride) });
  return framed(core, whole, [-rows[0], -rows[1]], [-columns[0], -columns[1]]);
};

const filterGradient: Kernel = (call) => {
  const { core, node } = call;
  const [map, shape, gradient] = [call.tensor(0), call.numbers(1), call.tensor(2)];
  const kernel = pairOf(shape);
  const window = windowOf(node, sizeOfMap(map.shape), kernel);
  if (call.isComposed) return composedFilterGradient(core, map, gradient, shape, window);
  const { rows, columns, stride } = fitting(window, sizeOfMap(map.shape), sizeOfMap(gradient.shape), kernel);
  const x = framed(core, map, rows, columns);
  return run(call, "Conv2DBackpropFilter", { x, dy: gradient }, { filterShape: shape, ...plain(stride) });
};

const plain = (stride: Pair) => ({
  strides: [...stride],
  pad: "valid",
  dataFormat: "NHWC",
  dimRoundingMode: null,
});

/** A kernel that core has no public function for. */
export function run(
  { core }: Pick<Call, "core">,
  kernel: string,
  inputs: Readonly<Record<string, Tensor>>,
  attributes: Readonly<Record<string, unknown>>,
): Tensor {
  return core.engine().runKernel(kernel, { ...inputs }, { ...attributes } as never) as Tensor;
}

const biasAdd: Kernel = (call) => call.core.add(call.tensor(0), call.tensor(1));

const biasGradient: Kernel = (call) => columnSums(call, call.tensor(0));

const matMul: Kernel = (call) => {
  const { core, node, isComposed } = call;
  const flag = (key: string): boolean => {
    const value = node.attributes[key];
    return value !== undefined && "b" in value && value.b;
  };
  const [left, right] = [call.tensor(0), call.tensor(1)];
  // A product that transposes by itself misses the quick path of WASM.
  if (!isComposed) return core.matMul(left, right, flag("transpose_a"), flag("transpose_b"));
  const turned = (matrix: Tensor, key: string): Tensor => (flag(key) ? core.transpose(matrix) : matrix);
  return product(core, turned(left, "transpose_a"), turned(right, "transpose_b"));
};

export const CONVOLUTION_KERNELS: Readonly<Record<string, Kernel>> = {
  Conv2D: convolution(null),
  "Conv2D+BiasAdd": convolution("linear"),
  "Conv2D+BiasAdd+Relu": convolution("relu"),
  Conv2DBackpropInput: inputGradient,
  Conv2DBackpropFilter: filterGradient,
  BiasAdd: biasAdd,
  BiasAddGrad: biasGradient,
  MatMul: matMul,
};
