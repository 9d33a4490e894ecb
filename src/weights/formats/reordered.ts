/**
 * Tensors whose elements lie in another order in the file than in their shape: Fortran order, or the kernels of a graph.
 * Any range of such a tensor is spread over all of the file, so the tensor is held whole, and one at a time.
 */
import { shorten } from "./names.js";
import { WeightsError } from "../errors.js";

/** Bytes that are read at once. */
const CHUNK_BYTES = 4 * 1024 * 1024;

/** How a block of a file's elements lies in a tensor. */
export interface Order {
  /** The block's axes in the file, the last one fastest. */
  readonly shape: readonly number[];
  /** For each axis: how many elements of the tensor lie between neighbours. */
  readonly strides: readonly number[];
  /** For each axis: each which one is an element, the others being padding; 1 for all. */
  readonly steps: readonly number[];
  /** The tensor's element that comes first in the file. */
  readonly first: number;
}

/** Fills `into` with the block's bytes from byte `start` on. */
type ReadBlock = (start: number, into: Uint8Array) => Promise<void>;

/** Writes a block of the file to its places in a tensor whose elements have `width` bytes. */
export async function scatter(read: ReadBlock, order: Order, width: number, tensor: Uint8Array): Promise<void> {
  const { shape, strides, steps } = order;
  const elements = shape.reduce((product, size) => product * size, 1);
  const chunk = new Uint8Array(Math.min(CHUNK_BYTES, elements * width));
  // Integers are moved, as numbers might not keep the bits of NaN; an element of 8 bytes is two of them.
  const from = wordsOf(chunk, width);
  const to = wordsOf(tensor, width);
  const words = width === 8 ? 2 : 1;
  const indices = shape.map(() => 0);
  const last = shape.length - 1;
  const row = shape[last] ?? 1;
  const stride = strides[last] ?? 1;
  const step = steps[last] ?? 1;
  for (let done = 0; done < elements;) {
    const some = Math.min(chunk.length / width, elements - done);
    await read(done * width, chunk.subarray(0, some * width));
    for (let at = 0; at < some;) {
      const start = indices[last] ?? 0;
      const end = Math.min(row, start + some - at);
      const place = placeOf(order, indices);
      if (place !== null)
        for (let index = start; index < end; index++)
          if (index % step === 0)
            for (let word = 0; word < words; word++)
              to[words * (place + (index / step) * stride) + word] = from[
                words * (at + index - start) + word
              ] as number;
      at += end - start;
      advance(indices, shape, end);
    }
    done += some;
  }
}

/** Where the row lies that the indices stand in, or null where it is padding. */
function placeOf({ strides, steps, first }: Order, indices: readonly number[]): number | null {
  let place = first;
  for (let axis = 0; axis < indices.length - 1; axis++) {
    const index = indices[axis] as number;
    const step = steps[axis] as number;
    if (index % step !== 0) return null;
    place += (index / step) * (strides[axis] as number);
  }
  return place;
}

/** Moves the last index to `end`, and the others on where the row is at its end. */
function advance(indices: number[], shape: readonly number[], end: number): void {
  let axis = indices.length - 1;
  if (axis < 0) return;
  indices[axis] = end;
  while (axis > 0 && indices[axis] === shape[axis]) {
    indices[axis] = 0;
    axis--;
    indices[axis] = (indices[axis] as number) + 1;
  }
}

function wordsOf({ buffer, byteOffset, byteLength }: Uint8Array, width: number) {
  if (width === 1) return new Uint8Array(buffer, byteOffset, byteLength);
  if (width === 2) return new Uint16Array(buffer, byteOffset, byteLength / 2);
  return new Uint32Array(buffer, byteOffset, byteLength / 4);
}

/** Holds the tensor that was asked for last. */
export class WholeTensor {
  #name: string | null = null;
  #bytes = new Uint8Array(0);

  /**
   * All bytes of a tensor: those that are held, or those that `fill` writes into zeros.
   * @throws {WeightsError} when there is no memory for them.
   */
  async get(name: string, bytes: number, fill: (into: Uint8Array) => Promise<void>): Promise<Uint8Array> {
    if (this.#name === name) return this.#bytes;
    this.#name = null;
    if (this.#bytes.byteLength !== bytes) {
      this.#bytes = new Uint8Array(0);
      try {
        this.#bytes = new Uint8Array(bytes);
      } catch (error) {
        throw new WeightsError(`there is no memory for the ${bytes} bytes of tensor \`${shorten(name)}\``, {
          cause: error,
        });
      }
    } else this.#bytes.fill(0);
    await fill(this.#bytes);
    this.#name = name;
    return this.#bytes;
  }
}
