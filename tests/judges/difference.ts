import type { NumpyArray } from "./npy.js";

/** The largest difference of two arrays of one shape, as a part of the second one's range. */
export function relativeDifference(found: NumpyArray, wanted: NumpyArray): number {
  if (found.shape.join() !== wanted.shape.join()) throw new Error(`[${found.shape}] where [${wanted.shape}] is wanted`);
  let lowest = Infinity;
  let highest = -Infinity;
  let largest = 0;
  wanted.data.forEach((value, index) => {
    const other = found.data[index] ?? NaN;
    // A comparison with NaN is false, and would let it pass.
    if (!Number.isFinite(value) || !Number.isFinite(other)) throw new Error(`${other} and ${value} at ${index}`);
    lowest = Math.min(lowest, value);
    highest = Math.max(highest, value);
    largest = Math.max(largest, Math.abs(value - other));
  });
  if (highest === lowest) throw new Error(`nothing to compare: every value is ${lowest}`);
  return largest / (highest - lowest);
}
