import type { OperationOf } from "../src/model/plan.js";
import { extentOf } from "../src/model/transfer.js";

/**
 * Below every value that a net computes, and a number in float32. Not infinity: a product with it, or a bundle's file
 * that is checked for infinities, would stumble over it.
 */
export const LOWEST = -3e38;

/**
 * Padding at the bottom or right, such that floor((n + pad + it - k) / s) + 1 is Caffe's size for every n, k being the
 * window's extent. Rounding up adds s - 1. With padding, Caffe drops a last window that would start beyond the map and
 * its leading padding, which takes k - s - pad off where that is below zero.
 */
export function endPad({ kernel, stride, pad, dilation, rounding }: OperationOf<"pool">, axis: 0 | 1): number {
  const k = extentOf(kernel[axis], dilation?.[axis] ?? 1);
  const s = stride[axis];
  const p = pad[axis];
  if (rounding === "floor") return p;
  return p > 0 || pad[0] + pad[1] > 0 ? Math.min(p, k - s) + s - 1 : s - 1;
}
