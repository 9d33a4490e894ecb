import { open, rename, rm, type FileHandle } from "node:fs/promises";
import { reasonOf, WeightsError } from "../errors.js";
import type { WeightSource } from "../source.js";
import type { WriteOptions } from "./format.js";

const CHUNK_ELEMENTS = 1024 * 1024;

/**
 * Writes all tensors of a source as float32, in the source's order, holding 4 MiB at a time. The file takes its name
 * when it is complete.
 *
 * @throws {WeightsError} when it cannot be written, or whatever the source throws when it is read.
 */
export async function writeSafetensors(path: string, source: WeightSource, options: WriteOptions = {}): Promise<void> {
  const partial = `${path}.partial-${process.pid}`;
  let file: FileHandle | null = null;
  try {
    file = await open(partial, "w");
    await writeAll(file, source, options);
    await file.close();
    file = null;
    await rename(partial, path);
  } catch (error) {
    await file?.close().catch(() => undefined);
    await rm(partial, { force: true }).catch(() => undefined);
    if (error instanceof WeightsError || !(error instanceof Error && "code" in error)) throw error;
    throw new WeightsError(`${path}: ${reasonOf(error)}`, { cause: error });
  }
}

async function writeAll(file: FileHandle, source: WeightSource, options: WriteOptions): Promise<void> {
  const { metadata, signal } = options;
  let offset = 0;
  const entries: [string, unknown][] = metadata === undefined ? [] : [["__metadata__", metadata]];
  for (const { name, shape } of source.tensors.values()) {
    const end = offset + 4 * shape.reduce((product, size) => product * size, 1);
    entries.push([name, { dtype: "F32", shape, data_offsets: [offset, end] }]);
    offset = end;
  }
  const text = new TextEncoder().encode(JSON.stringify(Object.fromEntries(entries)));
  // Padded with spaces, so that the data is aligned to its elements.
  const header = new Uint8Array(8 + Math.ceil(text.length / 8) * 8).fill(0x20);
  new DataView(header.buffer).setBigUint64(0, BigInt(header.length - 8), true);
  header.set(text, 8);
  await writeFully(file, header);

  const chunk = new Float32Array(CHUNK_ELEMENTS);
  for (const { name, shape } of source.tensors.values()) {
    const count = shape.reduce((product, size) => product * size, 1);
    for (let start = 0; start < count; start += CHUNK_ELEMENTS) {
      signal?.throwIfAborted();
      const values = await source.read(name, start, Math.min(count, start + CHUNK_ELEMENTS), chunk);
      await writeFully(file, new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
    }
  }
}

async function writeFully(file: FileHandle, bytes: Uint8Array): Promise<void> {
  let done = 0;
  while (done < bytes.length) done += (await file.write(bytes, done, bytes.length - done)).bytesWritten;
}
