import type { Difference } from "../../targets/certificate.js";
import { sha256 } from "./feed.js";
import { classesOf, type Scores } from "./scores.js";

/**
 * How far scores are from those that count as right. Both are finite and of one shape.
 * @throws {RangeError} where their shapes differ: that is a graph of ours gone wrong.
 */
export function differenceOf(found: Scores, reference: Scores): Difference {
  const { name, height, width, classes } = reference;
  if (found.height !== height || found.width !== width || found.classes !== classes)
    throw new RangeError(`\`${name}\` is [${found.height}, ${found.width}], not [${height}, ${width}]`);
  const range = rangeOf(reference.data);
  const { largest, mean } = distance(found.data, reference.data);
  const before = classesOf(reference);
  const changed = classesOf(found).reduce((sum, label, pixel) => sum + (label === before[pixel] ? 0 : 1), 0);
  const extent = extentOf(range);
  return {
    name,
    height,
    width,
    classes,
    range,
    largest,
    mean,
    largestOfRange: largest / extent,
    meanOfRange: mean / extent,
    changed,
    pixels: height * width,
    sha256: sha256(found.data),
  };
}

/** Smallest and largest. */
export function rangeOf(values: Float32Array): readonly [number, number] {
  let [lowest, highest] = [Infinity, -Infinity];
  for (const value of values) {
    if (value < lowest) lowest = value;
    if (value > highest) highest = value;
  }
  return values.length === 0 ? [0, 0] : [lowest, highest];
}

/** What differences are parts of. Scores that are all the same have no range: theirs is as large as they are. */
export function extentOf([lowest, highest]: readonly [number, number]): number {
  return highest > lowest ? highest - lowest : Math.max(1, Math.abs(highest));
}

/** Of arrays of one length. */
export function distance(found: Float32Array, wanted: Float32Array): { largest: number; mean: number } {
  let [largest, sum] = [0, 0];
  for (let index = 0; index < wanted.length; index++) {
    const apart = Math.abs((found[index] as number) - (wanted[index] as number));
    if (apart > largest) largest = apart;
    sum += apart;
  }
  return { largest, mean: wanted.length === 0 ? 0 : sum / wanted.length };
}
