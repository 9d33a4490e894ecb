/** The largest number that rounds to one of float16, exclusive: halfway between 65504 and what would come after it. */
export const HALF_LIMIT = 65520;

/** 2^52: in doubles from there on nothing is left behind the point, so adding it rounds to even. */
const WHOLE = 2 ** 52;
/** The smallest number of float16 in full precision, 2^-14, as the bits of a float32. */
const NORMAL = 0x38800000;

/**
 * float32 to float16 (1 bit of sign, 5 of exponent, 10 of fraction), rounded to the nearest, ties to even, as NumPy does.
 *
 * @param values finite, each smaller than `HALF_LIMIT` in size
 */
export function toHalf(values: Float32Array, into: Uint16Array): void {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  for (let index = 0; index < bits.length; index++) {
    const word = bits[index] as number;
    const sign = (word >>> 16) & 0x8000;
    const size = word & 0x7fffffff;
    into[index] =
      size < NORMAL
        ? sign | (Math.abs(values[index] as number) * 2 ** 24 + WHOLE - WHOLE)
        : sign | ((size - 0x38000000 + 0xfff + ((size >>> 13) & 1)) >>> 13);
  }
}
