import { sizeOf, type Call, type Kernel, type Tensor, type TensorFlow, type Rank4 } from "../value.js";
import { columnSums } from "./sums.js";
import { framed, windowOf, type Pair, type Window } from "./window.js";

const pairOf = ([first = 1, second = 1]: readonly number[]): Pair => [first, second];

function windowFor({ node }: Call, map: readonly number[], filter: readonly number[]): Window {
  return windowOf(node, pairOf(map.slice(1, 3)), pairOf(filter));
}

const depthwise: Kernel = (call) => {
  const [map, filter] = [call.tensor(0), call.tensor(1)];
  const { rows, columns, stride, dilation } = windowFor(call, map.shape, filter.shape);
  const padded = framed(call.core, map, rows, columns);
  const [strides, dilations] = [[...stride] as [number, number], [...dilation] as [number, number]];
  return call.core.depthwiseConv2d(padded as Rank4, filter as Rank4, strides, "valid", "NHWC", dilations);
};

/** The part of a padded map that each window sees at one of its places: [N, h, w, C]. */
function seenAt(core: TensorFlow, map: Tensor, [y, x]: Pair, [height, width]: Pair, stride: Pair): Tensor {
  const [images = 1, , , channels = 0] = map.shape;
  const end = [images, y + (height - 1) * stride[0] + 1, x + (width - 1) * stride[1] + 1, channels];
  if (stride[0] === 1 && stride[1] === 1) return core.slice(map, [0, y, x, 0], [images, height, width, channels]);
  return core.stridedSlice(map, [0, y, x, 0], end, [1, ...stride, 1]);
}

/** Each channel as often as it has outputs: [.., C] to [.., C m]. */
function repeated(core: TensorFlow, map: Tensor, times: number): Tensor {
  if (times === 1) return map;
  const [images = 1, height = 1, width = 1, channels = 1] = map.shape;
  const one = core.reshape(map, [images * height * width, channels, 1]);
  return core.reshape(core.tile(one, [1, 1, times]), [images, height, width, channels * times]);
}

/** Place by place: the sum of what the window sees there times the gradient. */
const filterGradient: Kernel = (call) => {
  const { core } = call;
  const [map, shape, gradient] = [call.tensor(0), call.numbers(1), call.tensor(2)];
  const [tall = 1, wide = 1, channels = 1, times = 1] = shape;
  const { rows, columns, stride, dilation } = windowFor(call, map.shape, shape);
  const padded = framed(core, map, rows, columns);
  const result = pairOf(gradient.shape.slice(1, 3));
  const sums: Tensor[] = [];
  for (let y = 0; y < tall; y++)
    for (let x = 0; x < wide; x++)
      sums.push(
        core.tidy(() => {
          const seen = seenAt(core, padded, [y * dilation[0], x * dilation[1]], result, stride);
          return columnSums(call, core.mul(repeated(core, seen, times), gradient));
        }),
      );
  return core.reshape(core.stack(sums), [tall, wide, channels, times]);
};

/** A map with zeros between its rows and columns, so that each lies where a window of this stride began. */
export function spread(core: TensorFlow, map: Tensor, [down, across]: Pair): Tensor {
  if (down === 1 && across === 1) return map;
  const [images = 1, height = 1, width = 1, channels = 1] = map.shape;
  const columns = core.reshape(map, [images * height, width, 1, channels]);
  const wide = core.pad(columns, [
    [0, 0],
    [0, 0],
    [0, across - 1],
    [0, 0],
  ]);
  const rows = core.reshape(wide, [images, height, 1, width * across * channels]);
  const tall = core.pad(rows, [
    [0, 0],
    [0, 0],
    [0, down - 1],
    [0, 0],
  ]);
  return core.reshape(tall, [images, height * down, width * across, channels]);
}

/** A convolution of the gradient with the filter turned round, channel by channel; outputs of one channel are added. */
const inputGradient: Kernel = (call) => {
  const { core } = call;
  const [shape, filter, gradient] = [call.numbers(0), call.tensor(1), call.tensor(2)];
  const [images = 1, height = 1, width = 1, channels = 1] = shape;
  const [tall = 1, wide = 1, , times = 1] = filter.shape;
  const { rows, columns, stride, dilation } = windowFor(call, shape, filter.shape);
  const apart = spread(core, gradient, stride);
  const [, spreadHeight = 1, spreadWidth = 1] = apart.shape;
  const reach = (kernel: number, step: number, [before]: Pair, from: number, to: number): Pair => {
    const span = (kernel - 1) * step;
    return [span - before, to + before - from];
  };
  const padded = framed(
    core,
    apart,
    reach(tall, dilation[0], rows, spreadHeight, height),
    reach(wide, dilation[1], columns, spreadWidth, width),
  );
  const turned = core.reshape(core.reverse(filter, [0, 1]), [tall, wide, channels * times, 1]);
  const steps = [...dilation] as [number, number];
  const all = core.depthwiseConv2d(padded as Rank4, turned as Rank4, 1, "valid", "NHWC", steps);
  if (times === 1) return all;
  const outputs = core.reshape(all, [sizeOf(shape.slice(0, 3)), channels, times]);
  return core.reshape(core.sum(outputs, 2), [images, height, width, channels]);
};

export const DEPTHWISE_KERNELS: Readonly<Record<string, Kernel>> = {
  DepthwiseConv2dNative: depthwise,
  DepthwiseConv2dNativeBackpropFilter: filterGradient,
  DepthwiseConv2dNativeBackpropInput: inputGradient,
};
