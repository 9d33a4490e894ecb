/** Every format, sorted by name. A test holds this list against the folder. */
import { stat } from "node:fs/promises";
import { extname, join } from "node:path";
import { WeightsError } from "../errors.js";
import type { WeightFile } from "../source.js";
import { caffemodel } from "./caffemodel.js";
import { RandomAccessFile } from "./file.js";
import type { WeightFormat } from "./format.js";
import { hdf5 } from "./hdf5.js";
import { npy } from "./npy.js";
import { npz, OF_PYTORCH } from "./npz.js";
import { READ_LIMITS, type ReadLimits } from "./limits.js";
import { safetensors } from "./safetensors.js";
import { tfjs } from "./tfjs.js";

export const formats: readonly WeightFormat[] = [caffemodel, hdf5, npy, npz, safetensors, tfjs];

/** What Python's pickle begins with: checkpoints of PyTorch before 1.6. */
const PICKLE = 0x80;

/** Enough to know every format by. */
const START_BYTES = 1024;

/**
 * Opens a file of weights in whichever format it has. Names, shapes and types are read, and no data. Of a folder with a
 * `model.json` that one is opened, and of a training run's its `weights.safetensors`.
 * @throws {WeightsError} when it cannot be read, is of no known format, or lies about what it holds.
 */
export async function openWeightFile(place: string, limits: ReadLimits = READ_LIMITS): Promise<WeightFile> {
  const path = await fileAt(place);
  const file = await RandomAccessFile.open(path, limits);
  try {
    return await openWeights(file, limits);
  } catch (error) {
    await file.close();
    throw error;
  }
}

/**
 * Opens weights in whichever format they have, as `openWeightFile` does. Where this fails the file stays open.
 * @throws {WeightsError}
 */
export async function openWeights(file: RandomAccessFile, limits: ReadLimits): Promise<WeightFile> {
  const { path } = file;
  const start = new Uint8Array(START_BYTES);
  const length = await file.readUpTo(0, start);
  const format = formats.find((known) => known.recognises(start.subarray(0, length), path)) ?? byExtension(path);
  if (format === null && start[0] === PICKLE) throw new WeightsError(`${path}: ${OF_PYTORCH}`);
  if (format === null)
    throw new WeightsError(
      `${path}: its format is not known. Weights are read from ${formats.map(({ name }) => name).join(", ")}.`,
    );
  return format.open(file, limits);
}

/** The file that a path stands for: of a bundle's folder its model, of a run's its weights. */
async function fileAt(path: string): Promise<string> {
  const isFile = (found: string) =>
    stat(found)
      .then((known) => known.isFile())
      .catch(() => false);
  if (await isFile(path)) return path;
  for (const name of ["model.json", "weights.safetensors"]) {
    const inside = join(path, name);
    if (await isFile(inside)) return inside;
  }
  return path;
}

/** The format that a path's extension names, or null. */
export function byExtension(path: string): WeightFormat | null {
  const extension = extname(path).toLowerCase();
  return formats.find(({ extensions }) => extensions.includes(extension)) ?? null;
}
