import { ELEMENT_TYPES } from "./element-types.js";
import { QUANTIZED_BYTES, type Quantization } from "./tfjs-manifest.js";

/** Elements that are converted at once. */
const CHUNK = 256 * 1024;

/**
 * The numbers that stored ones stand for, as TF.js computes them (tfjs-core/src/io/io_utils.ts): `scale * stored + min`
 * in double precision, rounded to float32, or to whole numbers for int32.
 *
 * @param dtype `F32` or `I32`
 * @param into four bytes for each element, little-endian
 * @param read fills a piece with stored elements from `from` on
 */
export async function dequantize(
  quantization: Quantization,
  dtype: string,
  into: Uint8Array,
  read: (from: number, piece: Uint8Array) => Promise<void>,
): Promise<void> {
  const width = QUANTIZED_BYTES[quantization.dtype];
  const output = new DataView(into.buffer, into.byteOffset, into.byteLength);
  const elements = into.length / 4;
  const chunk = new Uint8Array(width * Math.min(CHUNK, elements));
  const stored = new DataView(chunk.buffer);
  const halves = new Float32Array(quantization.dtype === "float16" ? chunk.length / width : 0);
  const numberAt = (index: number): number => {
    if (quantization.dtype === "float16") return halves[index] as number;
    const number = width === 1 ? stored.getUint8(index) : stored.getUint16(2 * index, true);
    return number * quantization.scale + quantization.min;
  };
  for (let done = 0; done < elements; done += CHUNK) {
    const some = Math.min(CHUNK, elements - done);
    await read(done, chunk.subarray(0, some * width));
    if (quantization.dtype === "float16") ELEMENT_TYPES["F16"]?.decode?.(stored, some, halves, 0);
    for (let index = 0; index < some; index++) {
      const value = numberAt(index);
      if (dtype === "I32") output.setInt32(4 * (done + index), Math.round(value), true);
      else output.setFloat32(4 * (done + index), value, true);
    }
  }
}
