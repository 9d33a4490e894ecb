import { expect } from "vitest";
import type { Value } from "../../src/engines/engine.js";
import { relativeDifference } from "../judges/difference.js";

/** Anything dense, with or without the batch of one before its height, width and channels. */
export interface Numbers {
  readonly shape: readonly number[];
  readonly data: Float32Array | Float64Array | Int32Array | Uint8Array;
}

/** Maps of less have no range worth the name: theirs reaches to zero. */
const FEW = 16;

/** The largest difference as a part of the range of what is wanted. */
export function partOfRange(found: Numbers, wanted: Numbers): number {
  const zero = wanted.data.length < FEW ? [0] : [];
  const list = ({ shape, data }: Numbers) => {
    const bare = shape.length === 4 && shape[0] === 1 ? shape.slice(1) : shape;
    const count = bare.reduce((product, size) => product * size, 1);
    expect(data.length).toBe(count);
    return { bare, array: { shape: [count + zero.length], data: Float64Array.from([...data, ...zero]) } };
  };
  const [a, b] = [list(found), list(wanted)];
  expect(a.bare).toEqual(b.bare);
  // A map of one value throughout, as a net's 1x1 corner may be, has no range: it is to be the same to rounding.
  const [first = 0] = b.array.data;
  if (b.array.data.every((value) => value === first))
    return Math.max(...a.array.data.map((value) => Math.abs(value - first))) / Math.max(1, Math.abs(first));
  return relativeDifference(a.array, b.array);
}

/** Holds a mask against the scores that it comes from: at each pixel the first of the largest. */
export function expectArgmax(mask: Value | undefined, scores: Value | undefined): void {
  const [, height = 0, width = 0, classes = 0] = scores?.shape ?? [];
  expect(mask?.shape).toEqual([1, height, width]);
  const wanted = new Int32Array(height * width);
  for (let pixel = 0; pixel < wanted.length; pixel++) {
    const own = Array.from(scores?.data.subarray(pixel * classes, (pixel + 1) * classes) ?? []);
    wanted[pixel] = own.indexOf(Math.max(...own));
  }
  expect(mask?.data).toEqual(wanted);
}

/** Pixels of a mask whose class is beaten in other scores by more than a part of their range. */
export function wrongPixels(mask: Value, scores: Numbers, tolerance: number): number {
  const classes = scores.shape.at(-1) ?? 1;
  let [lowest, highest] = [Infinity, -Infinity];
  for (const score of scores.data) [lowest, highest] = [Math.min(lowest, score), Math.max(highest, score)];
  let wrong = 0;
  mask.data.forEach((label, pixel) => {
    const own = scores.data.subarray(pixel * classes, (pixel + 1) * classes);
    if (!(Math.max(...own) - (own[label] ?? -Infinity) <= tolerance * (highest - lowest))) wrong++;
  });
  return wrong;
}
