import { sizeOf, type Tensor, type TensorFlow } from "../value.js";
import { product } from "./product.js";

/** A matrix [rows, columns] by a function of both. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float32Array;
}

export function matrix(rows: number, columns: number): Matrix {
  return { rows, columns, values: new Float32Array(rows * columns) };
}

export function add({ columns, values }: Matrix, row: number, column: number, share: number): void {
  values[row * columns + column] = (values[row * columns + column] ?? 0) + share;
}

/**
 * A map [N, H, W, C] whose rows become `down` times its rows, and its columns `across` times its columns: two plain products.
 */
export function separable(core: TensorFlow, map: Tensor, down: Matrix, across: Matrix): Tensor {
  const [images = 1, height = 1, , channels = 1] = map.shape;
  const along = (side: Matrix, first: Tensor): Tensor => {
    const flat = core.reshape(first, [side.columns, sizeOf(first.shape) / side.columns]);
    const whole = product(core, core.tensor2d(side.values, [side.rows, side.columns]), flat);
    return core.reshape(whole, [side.rows, ...first.shape.slice(1)]);
  };
  const wide = along(across, core.transpose(map, [2, 0, 1, 3]));
  const back = core.reshape(wide, [across.rows, images, height, channels]);
  const tall = along(down, core.transpose(back, [2, 1, 0, 3]));
  return core.transpose(tall, [1, 0, 2, 3]);
}
