import type { Tensor, TensorFlow } from "../value.js";

/** By the numbers of a tensor: in which shape they were the right operand of a product. */
const shapes = new WeakMap<object, string>();

/**
 * left right, both matrices. WASM (TF.js 4.22) prepares the right operand once and knows it again by its numbers alone: the
 * same numbers in another shape would be taken for the first ones, and memory be written that is not the product's. So these
 * are copied.
 */
export function product(core: TensorFlow, left: Tensor, right: Tensor): Tensor {
  const shape = right.shape.join();
  const known = shapes.get(right.dataId);
  const own = known === undefined || known === shape ? right : core.add(right, 0);
  shapes.set(own.dataId, shape);
  return core.matMul(left, own);
}
