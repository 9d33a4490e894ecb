import type { PlanWeights } from "../../src/weights/plan-weights.js";
import type { Constant, KernelLayout } from "./graph.js";

/** Rows of the first axis that are read at once, so that as many neighbours are written together. */
const ROWS = 64;
/** Unless a row is large. */
const BLOCK_BYTES = 32 * 1024 * 1024;

/**
 * The bytes of a graph's constants in order, little endian, laid out as the graph has them.
 *
 * No more than one constant is held at a time, and one buffer serves for all: what is yielded is valid until the next
 * piece is asked for.
 */
export class ConstantReader {
  readonly #weights: PlanWeights;
  #output: Float32Array;
  #block = new Float32Array(0);

  constructor(weights: PlanWeights, constants: readonly Constant[]) {
    this.#weights = weights;
    // Of the size of the largest at once: growing on the way would hold two of them.
    const sizes = constants.map(({ contents, shape }) => (contents.kind === "kernel" ? count(shape) : 0));
    this.#output = new Float32Array(sizes.reduce((most, size) => Math.max(most, size), 0));
  }

  async read({ contents, dtype, shape }: Constant): Promise<Uint8Array> {
    switch (contents.kind) {
      case "values":
        return bytesOf(dtype === "int32" ? Int32Array.from(contents.values) : Float32Array.from(contents.values));
      case "vector":
        return bytesOf(await this.#weights.read(contents.tensor, contents.start, contents.end));
      case "kernel":
        return bytesOf(await this.#kernel(contents.kernel, count(shape)));
    }
  }

  /** [A, B, kh, kw] -> [kh, kw, B, rows]. */
  async #kernel({ tensor, start, end, dilation }: KernelLayout, size: number): Promise<Float32Array> {
    const shape = this.#weights.tensors.get(tensor)?.shape ?? [];
    const [, inner = 1, height = 1, width = 1] = shape;
    const row = inner * height * width;
    const rows = end - start;
    const taps = tapPositions(height, width, dilation);
    const output = this.#output.subarray(0, size);
    if (dilation[0] > 1 || dilation[1] > 1) output.fill(0);

    const step = Math.max(1, Math.min(ROWS, Math.floor(BLOCK_BYTES / (4 * row))));
    if (this.#block.length < step * row) this.#block = new Float32Array(step * row);
    for (let first = 0; first < rows; first += step) {
      const some = Math.min(step, rows - first);
      const from = (start + first) * row;
      const block = await this.#weights.read(tensor, from, from + some * row, this.#block);
      scatter(block, output, { first, some, rows, inner, taps });
    }
    return output;
  }
}

/** For each tap of a kernel in the order of the file, its position in the kernel as it is written. */
function tapPositions(height: number, width: number, [down, across]: readonly [number, number]): Int32Array {
  const written = across * (width - 1) + 1;
  const taps = new Int32Array(height * width);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) taps[y * width + x] = y * down * written + x * across;
  return taps;
}

interface Scatter {
  /** First row of the block in the output, rows in the block, and rows of the output. */
  readonly first: number;
  readonly some: number;
  readonly rows: number;
  /** B */
  readonly inner: number;
  readonly taps: Int32Array;
}

/** block [some, B, taps] into output [taps, B, rows] at `first`. The inner loop writes neighbours. */
function scatter(block: Float32Array, output: Float32Array, { first, some, rows, inner, taps }: Scatter): void {
  const row = inner * taps.length;
  for (let index = 0; index < inner; index++) {
    for (let tap = 0; tap < taps.length; tap++) {
      let from = index * taps.length + tap;
      let to = ((taps[tap] as number) * inner + index) * rows + first;
      for (const end = to + some; to < end; to++) {
        output[to] = block[from] as number;
        from += row;
      }
    }
  }
}

export function count(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

const bytesOf = (array: Float32Array | Int32Array): Uint8Array =>
  new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
