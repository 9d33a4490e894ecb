import { sizeOf, type Call, type Kernel, type Tensor, type TensorFlow } from "../value.js";
import { flagOf } from "../attributes.js";
import { product } from "./product.js";

/**
 * The sum over all axes but the last. Where kernels are composed it is a product with a row of ones: a sum over outer axes
 * would transpose the whole first.
 */
export function columnSums({ core, isComposed }: Pick<Call, "core" | "isComposed">, value: Tensor): Tensor {
  const columns = value.shape.at(-1) ?? 1;
  const rows = sizeOf(value.shape) / Math.max(1, columns);
  const matrix = core.reshape(value, [rows, columns]);
  return isComposed ? core.reshape(product(core, core.ones([1, rows]), matrix), [columns]) : core.sum(matrix, 0);
}

const PART = 256;

/** Of a long vector part by part: one number after another is not exact enough for the loss of a large image. */
function vectorSum(core: TensorFlow, vector: Tensor): Tensor {
  const [size = 0] = vector.shape;
  if (size <= PART) return core.sum(vector);
  const whole = core.pad(vector, [[0, -size & (PART - 1)]]);
  return core.sum(core.sum(core.reshape(whole, [PART, -1]), 1));
}

const sum: Kernel = (call) => {
  const { core, node } = call;
  const value = call.tensor(0);
  const rank = value.shape.length;
  const axes = call.numbers(1).map((axis) => (axis < 0 ? axis + rank : axis));
  const keep = flagOf(node, "keep_dims");
  if (axes.length === 0) return core.clone(value);
  const isOuter = rank > 1 && axes.length === rank - 1 && !axes.includes(rank - 1);
  if (rank === 1 && !keep) return vectorSum(core, value);
  if (!isOuter) return core.sum(value, axes, keep);
  const sums = columnSums(call, value);
  return keep ? core.reshape(sums, [...Array<number>(rank - 1).fill(1), value.shape.at(-1) ?? 1]) : sums;
};

/** Of scalars and of maps. */
const addAll: Kernel = (call) => call.core.addN(Array.from({ length: call.count }, (_, at) => call.tensor(at)));

export const SUM_KERNELS: Readonly<Record<string, Kernel>> = { Sum: sum, AddN: addAll };
