import { WeightsError } from "./errors.js";
import { ELEMENT_TYPES } from "./formats/element-types.js";
import { elementsOf } from "./formats/stored.js";
import type { WeightSource } from "./source.js";

/** Elements that are held at once. */
const CHUNK = 2 ** 20;

export interface Statistics {
  /** Over the finite elements; null where there are none. */
  readonly min: number | null;
  readonly max: number | null;
  readonly mean: number | null;
  readonly nan: number;
  readonly infinite: number;
}

/** Whether a type's numbers are read: floating-point, and none of 8 bits. */
export const isReadable = (dtype: string): boolean => ELEMENT_TYPES[dtype]?.decode != null;

/**
 * Looks through a tensor once.
 * @throws the signal's reason when it is aborted; {WeightsError} when its numbers cannot be read.
 */
export async function statisticsOf(source: WeightSource, name: string, signal?: AbortSignal): Promise<Statistics> {
  let [min, max, sum, nan, infinite] = [Infinity, -Infinity, 0, 0, 0];
  let count = 0;
  for await (const values of floatsOf(source, name, signal)) {
    for (const value of values) {
      if (Number.isFinite(value)) {
        if (value < min) min = value;
        if (value > max) max = value;
        sum += value;
      } else if (Number.isNaN(value)) nan++;
      else infinite++;
    }
    count += values.length;
  }
  const finite = count - nan - infinite;
  if (finite === 0) return { min: null, max: null, mean: null, nan, infinite };
  return { min, max, mean: sum / finite, nan, infinite };
}

/** A tensor's numbers in order, as float32. A piece is valid until the next is asked for. */
export async function* floatsOf(
  source: WeightSource,
  name: string,
  signal?: AbortSignal,
): AsyncGenerator<Float32Array> {
  const info = source.tensors.get(name);
  if (info === undefined) throw new WeightsError(`${source.title}: it has no tensor \`${name}\``);
  const count = elementsOf(info.shape);
  const buffer = new Float32Array(Math.min(CHUNK, count));
  for (let start = 0; start < count; start += CHUNK) {
    signal?.throwIfAborted();
    yield await source.read(name, start, Math.min(count, start + CHUNK), buffer);
  }
}
