import { open, type FileHandle } from "node:fs/promises";
import { ELEMENT_TYPES } from "./element-types.js";
import { reasonOf, WeightsError } from "./errors.js";
import { DAMAGED, HEADER_LIMIT_BYTES, parseHeader, shorten, type Entry } from "./safetensors-header.js";
import type { WeightSource } from "./source.js";

/** Bytes that are read and converted at once, for types other than float32. */
const CHUNK_BYTES = 4 * 1024 * 1024;
/** float32 goes straight into the reader's array, in reads of a length that every system takes. */
const READ_BYTES = 256 * 1024 * 1024;

/**
 * Opens a safetensors file: eight bytes with the length of the header, the header in JSON, the data. The header alone
 * is read; tensors are read from the file by ranges, and it stays open until `close`.
 *
 * @throws {WeightsError} when it is not such a file, or lies about what it holds.
 */
export async function openSafetensors(path: string): Promise<WeightSource> {
  let file: FileHandle;
  try {
    file = await open(path, "r");
  } catch (error) {
    throw new WeightsError(`${path}: ${reasonOf(error)}`, { cause: error });
  }
  try {
    return new SafetensorsFile(path, file, await readHeader(path, file));
  } catch (error) {
    await file.close();
    if (error instanceof WeightsError) throw error;
    throw new WeightsError(`${path}: ${reasonOf(error)}`, { cause: error });
  }
}

async function readHeader(path: string, file: FileHandle): Promise<Entry[]> {
  const stat = await file.stat();
  if (stat.isDirectory()) throw new WeightsError(`${path}: it is a folder, not a file`);
  const start = new Uint8Array(8);
  if (stat.size < 8 || (await readFully(file, start, 0)) < 8)
    throw new WeightsError(`${path}: it has ${stat.size} bytes, too few for safetensors. ${DAMAGED}`);
  const length = new DataView(start.buffer).getBigUint64(0, true);
  if (length > BigInt(HEADER_LIMIT_BYTES) || length > BigInt(stat.size - 8))
    throw new WeightsError(
      `${path}: it says that its header has ${length} bytes, where the file has ${stat.size} and a header at most ` +
        `${HEADER_LIMIT_BYTES}. ${DAMAGED}`,
    );
  const header = new Uint8Array(Number(length));
  if ((await readFully(file, header, 8)) < header.length)
    throw new WeightsError(`${path}: it ends within its header. ${DAMAGED}`);
  return parseHeader(path, header, 8 + header.length, stat.size);
}

class SafetensorsFile implements WeightSource {
  readonly tensors: ReadonlyMap<string, Entry>;
  readonly #file: FileHandle;
  #chunk = new Uint8Array(0);

  constructor(
    readonly title: string,
    file: FileHandle,
    entries: readonly Entry[],
  ) {
    this.#file = file;
    this.tensors = new Map(entries.map((entry) => [entry.name, entry]));
  }

  async read(name: string, start: number, end: number, into?: Float32Array): Promise<Float32Array> {
    const entry = this.tensors.get(name);
    if (entry === undefined) throw new WeightsError(`${this.title}: it has no tensor \`${shorten(name)}\``);
    const type = ELEMENT_TYPES[entry.dtype];
    if (type === undefined || type.decode === null)
      throw new WeightsError(
        `${this.title}: tensor \`${shorten(name)}\` is of type ${entry.dtype}, and weights are F32, F16, BF16 or F64. ` +
          `Convert it, or name another tensor.`,
      );
    const count = end - start;
    const from = entry.begin + start * type.bytes;
    if (start < 0 || count < 0 || from + count * type.bytes > entry.end)
      throw new RangeError(`elements ${start} to ${end} of ${name} do not exist`);
    const values = into === undefined ? new Float32Array(count) : into.subarray(0, count);

    if (entry.dtype === "F32" && LITTLE_ENDIAN) {
      await this.#fill(name, new Uint8Array(values.buffer, values.byteOffset, values.byteLength), from);
      return values;
    }
    if (this.#chunk.length === 0) this.#chunk = new Uint8Array(CHUNK_BYTES);
    const step = CHUNK_BYTES / type.bytes;
    for (let done = 0; done < count; done += step) {
      const some = Math.min(step, count - done);
      const bytes = this.#chunk.subarray(0, some * type.bytes);
      await this.#fill(name, bytes, from + done * type.bytes);
      type.decode(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), some, values, done);
    }
    return values;
  }

  async close(): Promise<void> {
    await this.#file.close();
  }

  async #fill(name: string, bytes: Uint8Array, position: number): Promise<void> {
    let read: number;
    try {
      read = await readFully(this.#file, bytes, position);
    } catch (error) {
      throw new WeightsError(`${this.title}: ${reasonOf(error)}`, { cause: error });
    }
    if (read < bytes.length)
      throw new WeightsError(`${this.title}: it ends within tensor \`${shorten(name)}\`. Has it changed meanwhile?`);
  }
}

const LITTLE_ENDIAN = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

/** Reads until `bytes` is full or the file ends. Returns how many bytes were read. */
async function readFully(file: FileHandle, bytes: Uint8Array, position: number): Promise<number> {
  let done = 0;
  while (done < bytes.length) {
    const length = Math.min(READ_BYTES, bytes.length - done);
    const { bytesRead } = await file.read(bytes, done, length, position + done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return done;
}
