import { expect } from "vitest";
import type { Value } from "../../src/engines/engine.js";

/** Anything dense, with or without the batch of one before its height, width and channels. */
export interface Numbers {
  readonly shape: readonly number[];
  readonly data: Float32Array | Float64Array | Int32Array | Uint8Array;
}

/** Maps of less have no range worth the name: theirs reaches to zero. */
const FEW = 16;

/** The largest difference as a part of the range of what is wanted. NaN anywhere gives NaN, which is below nothing. */
export function partOfRange(found: Numbers, wanted: Numbers): number {
  expect(bare(found)).toEqual(bare(wanted));
  expect(found.data.length).toBe(wanted.data.length);
  const few = wanted.data.length < FEW;
  let [lowest, highest, most] = few ? [0, 0, 0] : [Infinity, -Infinity, 0];
  for (let index = 0; index < wanted.data.length; index++) {
    const value = wanted.data[index] as number;
    const difference = Math.abs((found.data[index] as number) - value);
    if (value < lowest) lowest = value;
    if (value > highest) highest = value;
    if (!(difference <= most)) most = difference;
    if (Number.isNaN(most)) return NaN;
  }
  // A map of one value throughout is to be the same to rounding.
  return most / (highest > lowest ? highest - lowest : Math.max(1, Math.abs(highest)));
}

const bare = ({ shape }: Numbers): readonly number[] => (shape.length === 4 && shape[0] === 1 ? shape.slice(1) : shape);

/** Holds a mask against the scores that it comes from: at each pixel the first of the largest. */
export function expectArgmax(mask: Value | undefined, scores: Value | undefined): void {
  const [, height = 0, width = 0, classes = 0] = scores?.shape ?? [];
  expect(mask?.shape).toEqual([1, height, width]);
  const wanted = new Int32Array(height * width);
  for (let pixel = 0; pixel < wanted.length; pixel++) wanted[pixel] = best(scores as Numbers, pixel, classes);
  expect(Buffer.compare(new Uint8Array(wanted.buffer), bytes(mask as Value)), "the mask is not the argmax").toBe(0);
}

const bytes = ({ data }: Value): Uint8Array => new Uint8Array(data.buffer, data.byteOffset, data.byteLength);

function best({ data }: Numbers, pixel: number, classes: number): number {
  let found = 0;
  const start = pixel * classes;
  for (let label = 1; label < classes; label++)
    if ((data[start + label] as number) > (data[start + found] as number)) found = label;
  return found;
}

/** Pixels of a mask whose class is beaten in other scores by more than a part of their range. */
export function wrongPixels(mask: Value, scores: Numbers, tolerance: number): number {
  const classes = scores.shape.at(-1) ?? 1;
  let [lowest, highest] = [Infinity, -Infinity];
  for (const score of scores.data) [lowest, highest] = [Math.min(lowest, score), Math.max(highest, score)];
  const margin = tolerance * (highest - lowest);
  let wrong = 0;
  mask.data.forEach((label, pixel) => {
    const start = pixel * classes;
    const most = scores.data[start + best(scores, pixel, classes)] as number;
    if (!(most - (scores.data[start + label] ?? NaN) <= margin)) wrong++;
  });
  return wrong;
}
