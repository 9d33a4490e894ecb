import { WeightsError } from "../errors.js";
import type { TensorInfo, WeightFile, WeightSource } from "../source.js";
import { ELEMENT_TYPES } from "./element-types.js";
import type { WeightFormat, WriteOptions } from "./format.js";
import { shorten } from "./names.js";
import { elementsOf } from "./stored.js";

/** Bytes of a tensor that are held at once. */
const CHUNK_BYTES = 4 * 1024 * 1024;

/** A tensor as it is written: its `dtype` is the one in the new file. */
export interface WrittenTensor extends TensorInfo {
  readonly bytes: number;
}

/**
 * A source's tensors as a format writes them, in order.
 * @throws {WeightsError} when the format can hold one of them in no type.
 */
export function tensorsToWrite(
  format: Pick<WeightFormat, "name" | "holds">,
  path: string,
  source: WeightSource,
): WrittenTensor[] {
  return [...source.tensors.values()].map((info) => {
    const own = typeIn(source, info);
    const dtype = format.holds(own);
    if (dtype === null)
      throw new WeightsError(
        `${path}: ${format.name} cannot hold tensor \`${shorten(info.name)}\` of ${source.title}, which is of type ` +
          `${own}. ${wayOut(own)}`,
      );
    const { name, shape } = info;
    return { name, shape, dtype, bytes: elementsOf(shape) * (ELEMENT_TYPES[dtype]?.bytes ?? 1) };
  });
}

function wayOut(dtype: string): string {
  return ELEMENT_TYPES[dtype]?.decode == null
    ? "Write another format, or leave the tensor out (`--without`)."
    : "Convert to another type (`--dtype f32`), or write another format.";
}

/**
 * The bytes of a tensor, little-endian, 4 MiB at a time. A piece is valid until the next is asked for.
 * @throws the signal's reason when it is aborted.
 */
export async function* bytesOfTensor(
  source: WeightSource,
  { name, dtype, bytes }: WrittenTensor,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const type = ELEMENT_TYPES[dtype];
  const info = source.tensors.get(name);
  if (type === undefined || info === undefined) throw new RangeError(`${name} of type ${dtype} is not of this source`);
  const asItIs = isFile(source) && info.dtype === dtype;
  const chunk = new Uint8Array(Math.min(CHUNK_BYTES, bytes));
  const values = asItIs || dtype === "F32" ? null : new Float32Array(chunk.length / type.bytes);
  for (let done = 0; done < bytes; done += CHUNK_BYTES) {
    signal?.throwIfAborted();
    const piece = chunk.subarray(0, Math.min(CHUNK_BYTES, bytes - done));
    const start = done / type.bytes;
    const end = start + piece.length / type.bytes;
    if (asItIs) await source.readBytes(name, start, piece);
    else if (values === null) await source.read(name, start, end, new Float32Array(piece.buffer, 0, end - start));
    else type.encode?.(await source.read(name, start, end, values), new DataView(piece.buffer));
    yield piece;
  }
}

/** Tells of progress: call what it gives with the bytes that were written. */
export function progressOf(tensors: readonly WrittenTensor[], { onProgress }: WriteOptions): (bytes: number) => void {
  const total = tensors.reduce((sum, { bytes }) => sum + bytes, 0);
  let done = 0;
  return (bytes) => {
    done += bytes;
    onProgress?.(done, total);
  };
}

/** The type in which a source gives a tensor's numbers. */
const typeIn = (source: WeightSource, { dtype }: TensorInfo): string => (isFile(source) ? dtype : "F32");

const isFile = (source: WeightSource): source is WeightFile => "readBytes" in source;
