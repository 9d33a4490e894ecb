import { ELEMENT_TYPES } from "./formats/element-types.js";
import { elementsOf } from "./formats/stored.js";
import type { TensorInfo, WeightFile } from "./source.js";
import { floatsOf, isReadable } from "./statistics.js";

const CHUNK_BYTES = 4 * 1024 * 1024;

export interface TensorDifference {
  readonly name: string;
  readonly elements: number;
  /** Elements that are not equal. NaN equals NaN. */
  readonly differing: number;
  /** Of |a - b| over the elements that are finite in both; null for integers, or where there are none. */
  readonly largest: number | null;
  readonly mean: number | null;
}

export interface WeightsDifference {
  readonly same: boolean;
  /** In A's order, and in B's. */
  readonly onlyInA: readonly TensorInfo[];
  readonly onlyInB: readonly TensorInfo[];
  readonly shapes: readonly { readonly name: string; readonly a: readonly number[]; readonly b: readonly number[] }[];
  readonly types: readonly { readonly name: string; readonly a: string; readonly b: string }[];
  /** Tensors of one shape whose elements differ. */
  readonly values: readonly TensorDifference[];
  /** Tensors that are equal in everything. */
  readonly equal: number;
}

export interface CompareOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * What two files of weights differ in, whatever their formats. Numbers are compared as float32.
 * @throws {WeightsError} when one cannot be read.
 */
export async function compareWeights(
  a: WeightFile,
  b: WeightFile,
  { signal, onProgress }: CompareOptions = {},
): Promise<WeightsDifference> {
  const infos = (from: WeightFile, other: WeightFile) =>
    [...from.tensors.values()].filter(({ name }) => !other.tensors.has(name)).map(describe);
  const shapes: { name: string; a: readonly number[]; b: readonly number[] }[] = [];
  const types: { name: string; a: string; b: string }[] = [];
  const values: TensorDifference[] = [];
  const pairs = [...a.tensors.values()].flatMap((first) => {
    const second = b.tensors.get(first.name);
    return second === undefined ? [] : [{ name: first.name, first, second }];
  });
  const total = pairs.reduce((sum, { first }) => sum + 4 * elementsOf(first.shape), 0);
  let done = 0;
  let equal = 0;
  for (const { name, first, second } of pairs) {
    const isOfOneType = first.dtype === second.dtype;
    const isOfOneShape = first.shape.join() === second.shape.join();
    if (!isOfOneType) types.push({ name, a: first.dtype, b: second.dtype });
    if (!isOfOneShape) shapes.push({ name, a: first.shape, b: second.shape });
    const difference = isOfOneShape ? await compareTensor(a, b, name, signal) : null;
    if (difference !== null && difference.differing > 0) values.push(difference);
    else if (isOfOneType && isOfOneShape) equal++;
    done += 4 * elementsOf(first.shape);
    onProgress?.(done, total);
  }
  const [onlyInA, onlyInB] = [infos(a, b), infos(b, a)];
  const same = [onlyInA, onlyInB, shapes, types, values].every(({ length }) => length === 0);
  return { same, onlyInA, onlyInB, shapes, types, values, equal };
}

const describe = ({ name, shape, dtype }: TensorInfo): TensorInfo => ({ name, shape, dtype });

/** Null where the types are no numbers that can be compared. */
async function compareTensor(
  a: WeightFile,
  b: WeightFile,
  name: string,
  signal: AbortSignal | undefined,
): Promise<TensorDifference | null> {
  const [first, second] = [a.tensors.get(name), b.tensors.get(name)];
  if (first === undefined || second === undefined) return null;
  const elements = elementsOf(first.shape);
  if (isReadable(first.dtype) && isReadable(second.dtype)) return compareFloats(a, b, name, elements, signal);
  if (first.dtype !== second.dtype) return null;
  const differing = await compareBytes(a, b, first, signal);
  return { name, elements, differing, largest: null, mean: null };
}

async function compareFloats(
  a: WeightFile,
  b: WeightFile,
  name: string,
  elements: number,
  signal: AbortSignal | undefined,
): Promise<TensorDifference> {
  let [differing, finite, largest, sum] = [0, 0, 0, 0];
  const others = floatsOf(b, name, signal);
  for await (const values of floatsOf(a, name, signal)) {
    const other = (await others.next()).value as Float32Array;
    for (let index = 0; index < values.length; index++) {
      const [x, y] = [values[index] as number, other[index] as number];
      const difference = Math.abs(x - y);
      if (Number.isFinite(difference)) {
        finite++;
        sum += difference;
        if (difference > 0) differing++;
        if (difference > largest) largest = difference;
      } else if (!Object.is(x, y)) differing++;
    }
  }
  return { name, elements, differing, largest: finite > 0 ? largest : null, mean: finite > 0 ? sum / finite : null };
}

async function compareBytes(
  a: WeightFile,
  b: WeightFile,
  { name, dtype, shape }: TensorInfo,
  signal: AbortSignal | undefined,
): Promise<number> {
  const width = ELEMENT_TYPES[dtype]?.bytes ?? 1;
  const bytes = elementsOf(shape) * width;
  let differing = 0;
  for (let start = 0; start < bytes; start += CHUNK_BYTES) {
    signal?.throwIfAborted();
    const first = new Uint8Array(Math.min(CHUNK_BYTES, bytes - start));
    const second = new Uint8Array(first.length);
    await a.readBytes(name, start / width, first);
    await b.readBytes(name, start / width, second);
    for (let at = 0; at < first.length; at += width)
      if (Buffer.compare(first.subarray(at, at + width), second.subarray(at, at + width)) !== 0) differing++;
  }
  return differing;
}
