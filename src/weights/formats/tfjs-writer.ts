import { open, writeFile, type FileHandle } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import packageJson from "../../../package.json" with { type: "json" };
import { WeightsError } from "../errors.js";
import type { WeightSource } from "../source.js";
import { writeFolder } from "../write-folder.js";
import type { WeightFormat, WriteOptions } from "./format.js";
import { bytesOfTensor, progressOf, tensorsToWrite, type WrittenTensor } from "./tensor-bytes.js";
import type { WeightsGroup, WeightSpec } from "./tfjs-manifest.js";

const MODEL = "model.json";
const SHARD = /^group\d+-shard\d+of\d+\.bin$/;
/** As tensorflowjs_converter writes them: browsers keep files of this size. */
const SHARD_BYTES = 4 * 1024 * 1024;

const TYPES: Readonly<Record<string, string | undefined>> = { F32: "float32", I32: "int32", BOOL: "bool" };

/**
 * Writes weights as TF.js has them, without a graph: `model.json` with a `weightsManifest`, and shards of 4 MiB, for
 * `tf.io.loadWeights` and `tf.io.decodeWeights`. Halves are stored as halves (`quantization: float16`).
 *
 * @param path a folder, or the path of a `model.json` in it; the whole folder is replaced when all is written
 * @throws {WeightsError} when a tensor cannot be held; {WriteError} when the folder cannot be written, or holds other
 * things.
 */
export async function writeTfjs(
  format: WeightFormat,
  path: string,
  source: WeightSource,
  options: WriteOptions = {},
): Promise<void> {
  const named = /\.json$/i.test(path);
  if (named && basename(path) !== MODEL)
    throw new WeightsError(
      `${path}: the file of a TF.js model is called ${MODEL}. Name a folder, or a ${MODEL} in one.`,
    );
  const tensors = tensorsToWrite(format, path, source);
  const isOurs = (name: string): boolean => name === MODEL || SHARD.test(name);
  await writeFolder(named ? dirname(path) : path, isOurs, async (staging) => {
    const bytes = tensors.reduce((sum, tensor) => sum + tensor.bytes, 0);
    const count = Math.ceil(bytes / SHARD_BYTES);
    const paths = Array.from({ length: count }, (_, index) => `group1-shard${index + 1}of${count}.bin`);
    await writeShards(staging, paths, source, tensors, options);
    const group: WeightsGroup = { paths, weights: tensors.map(specOf) };
    const model = {
      generatedBy: `fcnc ${packageJson.version}`,
      ...(options.metadata === undefined ? {} : { userDefinedMetadata: options.metadata }),
      weightsManifest: [group],
    };
    await writeFile(join(staging, MODEL), `${JSON.stringify(model)}\n`);
  });
}

function specOf({ name, shape, dtype }: WrittenTensor): WeightSpec {
  if (dtype === "F16") return { name, shape, dtype: "float32", quantization: { dtype: "float16" } };
  return { name, shape, dtype: TYPES[dtype] ?? dtype };
}

async function writeShards(
  folder: string,
  paths: readonly string[],
  source: WeightSource,
  tensors: readonly WrittenTensor[],
  options: WriteOptions,
): Promise<void> {
  const progress = progressOf(tensors, options);
  let file: FileHandle | null = null;
  let shard = 0;
  let filled = 0;
  try {
    for (const tensor of tensors)
      for await (const piece of bytesOfTensor(source, tensor, options.signal)) {
        for (let at = 0; at < piece.length;) {
          file ??= await open(join(folder, paths[shard] ?? ""), "w");
          const { bytesWritten } = await file.write(piece, at, Math.min(piece.length - at, SHARD_BYTES - filled));
          at += bytesWritten;
          filled += bytesWritten;
          if (filled < SHARD_BYTES) continue;
          await file.close();
          file = null;
          shard++;
          filled = 0;
        }
        progress(piece.length);
      }
  } finally {
    await file?.close();
  }
}
