/** Every format, sorted by name. A test holds this list against the folder. */
import { extname } from "node:path";
import { WeightsError } from "../errors.js";
import type { WeightFile } from "../source.js";
import { caffemodel } from "./caffemodel.js";
import { RandomAccessFile } from "./file.js";
import type { WeightFormat } from "./format.js";
import { npy } from "./npy.js";
import { npz } from "./npz.js";
import { READ_LIMITS, type ReadLimits } from "./limits.js";
import { safetensors } from "./safetensors.js";

export const formats: readonly WeightFormat[] = [caffemodel, npy, npz, safetensors];

/** Enough to know every format by. */
const START_BYTES = 1024;

/**
 * Opens a file of weights in whichever format it has. Names, shapes and types are read, and no data.
 * @throws {WeightsError} when it cannot be read, is of no known format, or lies about what it holds.
 */
export async function openWeightFile(path: string, limits: ReadLimits = READ_LIMITS): Promise<WeightFile> {
  const file = await RandomAccessFile.open(path, limits);
  const start = new Uint8Array(START_BYTES);
  let length: number;
  try {
    length = await file.readUpTo(0, start);
  } finally {
    await file.close();
  }
  const format = formats.find((known) => known.recognises(start.subarray(0, length), path)) ?? byExtension(path);
  if (format === null)
    throw new WeightsError(
      `${path}: its format is not known. Weights are read from ${formats.map(({ name }) => name).join(", ")}.`,
    );
  return format.open(path, limits);
}

/** The format that a path's extension names, or null. */
export function byExtension(path: string): WeightFormat | null {
  const extension = extname(path).toLowerCase();
  return formats.find(({ extensions }) => extensions.includes(extension)) ?? null;
}
