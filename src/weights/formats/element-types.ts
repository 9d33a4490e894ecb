/** Number formats of weight files, and how they become float32. */
export interface ElementType {
  readonly bytes: number;
  /** Null for those that are listed and never read: integers, booleans, 8-bit floats. */
  readonly decode: Decode | null;
  readonly encode: Encode | null;
}

/** Converts `count` little-endian elements at the start of `bytes` into `into` at `at`. */
type Decode = (bytes: DataView, count: number, into: Float32Array, at: number) => void;

/**
 * Converts `values` into little-endian elements from the start of `into`, each to the nearest. Finite numbers beyond the
 * type's range become infinite.
 */
type Encode = (values: Float32Array, into: DataView) => void;

const decodeF32: Decode = (bytes, count, into, at) => {
  for (let i = 0; i < count; i++) into[at + i] = bytes.getFloat32(4 * i, true);
};

const decodeF64: Decode = (bytes, count, into, at) => {
  for (let i = 0; i < count; i++) into[at + i] = bytes.getFloat64(8 * i, true);
};

/** 1 sign bit, 5 of exponent (bias 15), 10 of fraction. */
const decodeF16: Decode = (bytes, count, into, at) => {
  for (let i = 0; i < count; i++) {
    const half = bytes.getUint16(2 * i, true);
    const exponent = (half >> 10) & 0x1f;
    const fraction = half & 0x3ff;
    const sign = half & 0x8000 ? -1 : 1;
    if (exponent === 0) into[at + i] = sign * fraction * 2 ** -24;
    else if (exponent === 31) into[at + i] = fraction === 0 ? sign * Infinity : NaN;
    else into[at + i] = sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
  }
};

/** The upper half of a float32. */
const decodeBF16: Decode = (bytes, count, into, at) => {
  const bits = new Uint32Array(into.buffer, into.byteOffset + 4 * at, count);
  for (let i = 0; i < count; i++) bits[i] = bytes.getUint16(2 * i, true) << 16;
};

const encodeF32: Encode = (values, into) => {
  for (const [i, value] of values.entries()) into.setFloat32(4 * i, value, true);
};

const encodeF64: Encode = (values, into) => {
  for (const [i, value] of values.entries()) into.setFloat64(8 * i, value, true);
};

/** The smallest number that float16 rounds to infinity: halfway between 65504 and what would come after it. */
export const F16_LIMIT = 65520;

/** Halves to even. */
export const encodeF16: Encode = (values, into) => {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  for (let i = 0; i < bits.length; i++) into.setUint16(2 * i, halfOf(bits[i] as number), true);
};

/** @param bits of a float32 */
function halfOf(bits: number): number {
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00;
  // `F16_LIMIT` and more.
  if (magnitude >= 0x477ff000) return sign | 0x7c00;
  if (magnitude < 0x38800000) {
    // Below 2^-14 a half is a whole number of 2^-24.
    const exponent = magnitude >>> 23;
    if (exponent < 102) return sign;
    return sign | rounded((magnitude & 0x7fffff) | 0x800000, 126 - exponent);
  }
  return sign | rounded(magnitude - 0x38000000, 13);
}

/** `value / 2^shift` to the nearest whole number, halves to even. */
function rounded(value: number, shift: number): number {
  const whole = value >>> shift;
  const rest = value & (2 ** shift - 1);
  const half = 2 ** (shift - 1);
  return rest > half || (rest === half && (whole & 1) === 1) ? whole + 1 : whole;
}

/** Halves to even. */
const encodeBF16: Encode = (values, into) => {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  for (let i = 0; i < bits.length; i++) {
    const value = bits[i] as number;
    const isNaN = (value & 0x7fffffff) > 0x7f800000;
    into.setUint16(2 * i, isNaN ? (value >>> 16) | 0x40 : rounded(value, 16), true);
  }
};

/** As safetensors names them. */
export const ELEMENT_TYPES: Readonly<Record<string, ElementType | undefined>> = {
  F64: { bytes: 8, decode: decodeF64, encode: encodeF64 },
  F32: { bytes: 4, decode: decodeF32, encode: encodeF32 },
  F16: { bytes: 2, decode: decodeF16, encode: encodeF16 },
  BF16: { bytes: 2, decode: decodeBF16, encode: encodeBF16 },
  I64: { bytes: 8, decode: null, encode: null },
  U64: { bytes: 8, decode: null, encode: null },
  I32: { bytes: 4, decode: null, encode: null },
  U32: { bytes: 4, decode: null, encode: null },
  I16: { bytes: 2, decode: null, encode: null },
  U16: { bytes: 2, decode: null, encode: null },
  I8: { bytes: 1, decode: null, encode: null },
  U8: { bytes: 1, decode: null, encode: null },
  BOOL: { bytes: 1, decode: null, encode: null },
  F8_E4M3: { bytes: 1, decode: null, encode: null },
  F8_E5M2: { bytes: 1, decode: null, encode: null },
};
