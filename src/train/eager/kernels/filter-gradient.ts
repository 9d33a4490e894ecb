import type { Tensor, TensorFlow } from "../value.js";
import { product } from "./product.js";
import { framed, type Pair, type Window } from "./window.js";

/**
 * The gradient of a convolution by its filter, of kernels that every backend has: for each place of the window one plain
 * product of the map there, channels first, with the gradient. The map is transposed once; a product that transposes by
 * itself is eight times slower on WASM. With a stride the map is taken in blocks of stride x stride pixels as channels, over
 * which the window moves in steps of one.
 *
 * @param map [N, H, W, I]
 * @param gradient [N, h, w, O]
 * @param shape of the filter, [kh, kw, I, O]
 */
export function composedFilterGradient(
  core: TensorFlow,
  map: Tensor,
  gradient: Tensor,
  shape: readonly number[],
  { stride, rows, columns }: Window,
): Tensor {
  const [images = 1, height = 0, width = 0, outputs = 0] = gradient.shape;
  const [, tall = 0, wide = 0, inputs = 0] = map.shape;
  const [kernelHeight = 1, kernelWidth = 1] = shape;
  const places: Pair = [Math.ceil(kernelHeight / stride[0]), Math.ceil(kernelWidth / stride[1])];
  const blocks: Pair = [height + places[0] - 1, width + places[1] - 1];
  const whole = framed(
    core,
    map,
    [rows[0], blocks[0] * stride[0] - rows[0] - tall],
    [columns[0], blocks[1] * stride[1] - columns[0] - wide],
  );
  const channels = stride[0] * stride[1] * inputs;
  const first = channelsFirst(core, whole, stride, blocks);
  if (whole !== map) whole.dispose();
  const right = core.reshape(gradient, [images * height * width, outputs]);
  const products: Tensor[] = [];
  for (let y = 0; y < places[0]; y++)
    for (let x = 0; x < places[1]; x++) {
      const part = core.slice(first, [0, 0, y, x], [channels, images, height, width]);
      const left = core.reshape(part, [channels, images * height * width]);
      products.push(product(core, left, right));
      core.dispose([part, left]);
    }
  const [only] = products;
  const all = products.length === 1 && only !== undefined ? only : core.concat(products, 0);
  if (stride[0] === 1 && stride[1] === 1) return core.reshape(all, [...shape]);
  const apart = core.reshape(all, [...places, ...stride, inputs, outputs]);
  const together = core.transpose(apart, [0, 2, 1, 3, 4, 5]);
  const filter = core.reshape(together, [places[0] * stride[0], places[1] * stride[1], inputs, outputs]);
  return core.slice(filter, [0, 0, 0, 0], [...shape]);
}

/** [N, H, W, C] as [sy sx C, N, H / sy, W / sx]. */
function channelsFirst(core: TensorFlow, map: Tensor, stride: Pair, blocks: Pair): Tensor {
  const [images = 1, , , channels = 0] = map.shape;
  if (stride[0] === 1 && stride[1] === 1) return core.transpose(map, [3, 0, 1, 2]);
  const apart = core.reshape(map, [images, blocks[0], stride[0], blocks[1], stride[1], channels]);
  const moved = core.transpose(apart, [2, 4, 5, 0, 1, 3]);
  return core.reshape(moved, [stride[0] * stride[1] * channels, images, ...blocks]);
}
