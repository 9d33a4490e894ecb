/**
 * Weights with fewer bits, as tensorflowjs_converter stores them (tfjs-converter/python/tensorflowjs/quantization.py)
 * and every TF.js since 3.0 reads them: float16, or whole numbers that stand for `scale * number + min`.
 */
import { WeightsError } from "../../src/weights/errors.js";
import { encodeF16, F16_LIMIT } from "../../src/weights/formats/element-types.js";
import type { StoredType } from "../storage.js";

export type QuantizedType = Exclude<StoredType, "float32">;

/** As a weight's entry in the manifest of `model.json` has it. */
export type Quantization =
  { readonly dtype: "float16" } | { readonly dtype: "uint8" | "uint16"; readonly scale: number; readonly min: number };

export const BYTES: Readonly<Record<StoredType, number>> = { float32: 4, float16: 2, uint16: 2, uint8: 1 };

/** Elements that are converted at once. */
const BLOCK = 2 ** 20;

export interface Quantized {
  readonly quantization: Quantization;
  /** No value is further from what it was; null for float16, where that depends on the value. */
  readonly error: number | null;
  /** The bytes in order; a piece is valid until the next is asked for. */
  pieces(): Generator<Uint8Array>;
}

/**
 * @param values finite; looked through once for their range, and once more when the pieces are asked for.
 * @param name for the message
 * @throws {WeightsError} where a value is too large for float16, or for steps that end within float32.
 */
export function quantize(values: Float32Array, type: QuantizedType, name: string): Quantized {
  const { lowest, highest } = rangeOf(values);
  if (type === "float16") {
    const largest = -lowest > highest ? lowest : highest;
    if (Math.abs(largest) >= F16_LIMIT)
      throw new WeightsError(
        `\`${name}\` holds ${largest}, and float16 ends at 65504. Store it in another type: ` +
          `--quantize "${name}=float32,float16", or uint16.`,
      );
    return { quantization: { dtype: type }, error: null, pieces: () => inBlocks(values, Uint16Array, toHalf) };
  }
  const top = type === "uint8" ? 255 : 65535;
  const { scale, min } = affine(lowest, highest, top);
  if (!Number.isFinite(Math.fround(min)) || !Number.isFinite(Math.fround(min + top * scale)))
    throw new WeightsError(
      `\`${name}\` holds numbers from ${lowest} to ${highest}: equal steps over that range lead out of float32. ` +
        `Such weights make every score infinite: train or convert them anew.`,
    );
  const toLevels = (block: Float32Array, into: Uint16Array | Uint8Array): void => {
    for (let index = 0; index < block.length; index++) {
      const level = ((block[index] as number) - min) / scale + 0.5;
      into[index] = level < top ? level : top;
    }
  };
  return {
    quantization: { dtype: type, scale, min },
    error: lowest === highest ? 0 : scale / 2,
    pieces: () => inBlocks(values, type === "uint8" ? Uint8Array : Uint16Array, toLevels),
  };
}

/**
 * Steps of equal size between the smallest and the largest value. Where zero is among them the range is moved by up to
 * half a step, so that zero is one of the steps: padding and the zeros of a kernel stay zeros. No value is off by more
 * than half a step.
 */
function affine(lowest: number, highest: number, top: number): { scale: number; min: number } {
  if (lowest === highest) return { scale: 1, min: lowest };
  const scale = (highest - lowest) / top;
  // `0 -` spares JSON a zero with a sign.
  return { scale, min: lowest <= 0 && highest >= 0 ? 0 - Math.round(-lowest / scale) * scale : lowest };
}

function rangeOf(values: Float32Array): { lowest: number; highest: number } {
  if (values.length === 0) return { lowest: 0, highest: 0 };
  let lowest = values[0] as number;
  let highest = lowest;
  for (let index = 1; index < values.length; index++) {
    const value = values[index] as number;
    if (value < lowest) lowest = value;
    else if (value > highest) highest = value;
  }
  return { lowest, highest };
}

const toHalf = (block: Float32Array, into: Uint16Array): void => encodeF16(block, new DataView(into.buffer));

function* inBlocks<Words extends Uint8Array | Uint16Array>(
  values: Float32Array,
  Type: new (length: number) => Words,
  convert: (block: Float32Array, into: Words) => void,
): Generator<Uint8Array> {
  const words = new Type(Math.min(BLOCK, values.length));
  for (let start = 0; start < values.length; start += BLOCK) {
    const block = values.subarray(start, start + BLOCK);
    convert(block, words);
    yield new Uint8Array(words.buffer, 0, block.length * words.BYTES_PER_ELEMENT);
  }
}
