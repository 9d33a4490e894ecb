/** Number formats of weight files, and how they become float32. */
export interface ElementType {
  readonly bytes: number;
  /** Null for those that are listed and never read: integers, booleans, 8-bit floats. */
  readonly decode: Decode | null;
}

/** Converts `count` little-endian elements at the start of `bytes` into `into` at `at`. */
type Decode = (bytes: DataView, count: number, into: Float32Array, at: number) => void;

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

/** As safetensors names them. */
export const ELEMENT_TYPES: Readonly<Record<string, ElementType | undefined>> = {
  F64: { bytes: 8, decode: decodeF64 },
  F32: { bytes: 4, decode: decodeF32 },
  F16: { bytes: 2, decode: decodeF16 },
  BF16: { bytes: 2, decode: decodeBF16 },
  I64: { bytes: 8, decode: null },
  U64: { bytes: 8, decode: null },
  I32: { bytes: 4, decode: null },
  U32: { bytes: 4, decode: null },
  I16: { bytes: 2, decode: null },
  U16: { bytes: 2, decode: null },
  I8: { bytes: 1, decode: null },
  U8: { bytes: 1, decode: null },
  BOOL: { bytes: 1, decode: null },
  F8_E4M3: { bytes: 1, decode: null },
  F8_E5M2: { bytes: 1, decode: null },
};
