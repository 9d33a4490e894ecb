import type { Tensor, TensorFlow } from "../value.js";
import { framed, type Pair, type Window } from "./window.js";

/**
 * The gradient of a convolution by its map, which is a deconvolution as well, as a plain convolution with the filter turned
 * round. With a stride it makes blocks of stride x stride pixels as channels, which are then laid out.
 *
 * @param gradient [N, h, w, O]
 * @param filter [kh, kw, I, O]
 * @param shape of the result, [N, H, W, I]
 */
export function composedInputGradient(
  core: TensorFlow,
  gradient: Tensor,
  filter: Tensor,
  shape: readonly number[],
  { stride, rows, columns }: Window,
): Tensor {
  const [images = 1, tall = 0, wide = 0, inputs = 0] = shape;
  const [, height = 0, width = 0] = gradient.shape;
  const [kernelHeight = 1, kernelWidth = 1] = filter.shape;
  const places: Pair = [Math.ceil(kernelHeight / stride[0]), Math.ceil(kernelWidth / stride[1])];
  const turned = turnedRound(core, filter, stride, places);
  const isPlain = stride[0] === 1 && stride[1] === 1;
  const ends: readonly [Pair, Pair] = isPlain
    ? [reach(places[0], rows, height, tall), reach(places[1], columns, width, wide)]
    : [
        [places[0] - 1, places[0] - 1],
        [places[1] - 1, places[1] - 1],
      ];
  const slid = slide(core, gradient, turned, ends);
  if (isPlain) return slid;
  const blocks: Pair = [height + places[0] - 1, width + places[1] - 1];
  const apart = core.reshape(slid, [images, ...blocks, ...stride, inputs]);
  const moved = core.transpose(apart, [0, 1, 3, 2, 4, 5]);
  const whole = core.reshape(moved, [images, blocks[0] * stride[0], blocks[1] * stride[1], inputs]);
  return framed(
    core,
    whole,
    [-rows[0], tall + rows[0] - blocks[0] * stride[0]],
    [-columns[0], wide + columns[0] - blocks[1] * stride[1]],
  );
}

/** Zeros around a gradient so that a window of `places` gives exactly the map's size. */
function reach(places: number, [before]: Pair, from: number, to: number): Pair {
  const start = places - 1 - before;
  return [start, to + places - 1 - from - start];
}

/** A convolution pads by itself; what is to be cut off is cut first. */
function slide(core: TensorFlow, map: Tensor, filter: Tensor, [rows, columns]: readonly [Pair, Pair]): Tensor {
  const isPadded = [...rows, ...columns].every((pad) => pad >= 0);
  if (!isPadded) return core.conv2d(framed(core, map, rows, columns) as never, filter as never, 1, "valid") as Tensor;
  return core.conv2d(map as never, filter as never, 1, [[0, 0], [...rows], [...columns], [0, 0]]) as Tensor;
}

/** [kh, kw, I, O] as [places, places, O, sy sx I], the places in reverse. */
function turnedRound(core: TensorFlow, filter: Tensor, stride: Pair, places: Pair): Tensor {
  const [height = 1, width = 1, inputs = 0, outputs = 0] = filter.shape;
  if (stride[0] === 1 && stride[1] === 1) {
    const turned = core.transpose(inReverse(core, core.reshape(filter, [height * width, inputs, outputs])), [0, 2, 1]);
    return core.reshape(turned, [height, width, outputs, inputs]);
  }
  const whole = core.pad(filter, [
    [0, places[0] * stride[0] - height],
    [0, places[1] * stride[1] - width],
    [0, 0],
    [0, 0],
  ]);
  const apart = core.reshape(whole, [places[0], stride[0], places[1], stride[1], inputs, outputs]);
  const moved = core.transpose(apart, [0, 2, 5, 1, 3, 4]);
  const channels = stride[0] * stride[1] * inputs;
  const blocks = inReverse(core, core.reshape(moved, [places[0] * places[1], outputs, channels]));
  return core.reshape(blocks, [...places, outputs, channels]);
}

/** In JavaScript: each kernel of WASM that could do it takes 10 times as long, and numbers are at hand there. */
function inReverse(core: TensorFlow, values: Tensor): Tensor {
  const [count = 1] = values.shape;
  if (count === 1) return values;
  const given = values.dataSync() as Float32Array;
  const reversed = new Float32Array(given.length);
  const part = given.length / count;
  for (let place = 0; place < count; place++)
    reversed.set(given.subarray(place * part, (place + 1) * part), (count - 1 - place) * part);
  return core.tensor(reversed, values.shape, "float32");
}
