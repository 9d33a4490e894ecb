/** NumPy's `.npy` format: one array in a file, of scores that are written whole. */
import { npyDataStart, npyHeader, parseNpyHeader } from "../weights/formats/npy-header.js";

/** Set aside for an array at most, unless the caller says otherwise. */
const MAX_BYTES = 1024 * 1024 * 1024;

export interface NpyArray {
  readonly shape: readonly number[];
  /** Row-major. */
  readonly data: Float32Array | Float64Array | Int32Array | Uint8Array;
}

/** float32 in C order, little-endian; `data` has as many values as `shape` says, or a `RangeError` is thrown. */
export function writeNpy(shape: readonly number[], data: Float32Array): Uint8Array {
  const values = shape.reduce((product, extent) => product * extent, 1);
  if (values !== data.length) throw new RangeError(`[${shape.join(", ")}] holds ${values} values, not ${data.length}`);
  const header = npyHeader("<f4", shape);
  const file = new Uint8Array(header.length + 4 * data.length);
  file.set(header);
  const view = new DataView(file.buffer, header.length);
  for (let i = 0; i < data.length; i += 1) view.setFloat32(4 * i, data[i]!, true);
  return file;
}

/**
 * Reads a `.npy` of version 1 to 3 with float32, float64, int32 or uint8 in C order, little-endian. Throws an `Error`
 * that says what is not as it should be.
 */
export function readNpy(bytes: Uint8Array, maxBytes = MAX_BYTES): NpyArray {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const from = npyDataStart(bytes);
  if (from > bytes.length) throw new Error("the .npy header is cut off");
  const { type, fortranOrder, shape } = parseNpyHeader(bytes.subarray(0, from));
  if (fortranOrder) throw new Error("the array is in Fortran order; save it with numpy.ascontiguousarray");
  const values = shape.reduce((product, extent) => product * extent, 1);
  const size = { "<f4": 4, "<f8": 8, "<i4": 4, "|u1": 1 }[type];
  if (size === undefined)
    throw new Error(`arrays of '${type}' are not read, but float32, float64, int32 and uint8 are`);
  if (values * size > maxBytes) throw new Error(`the array takes ${values * size} bytes, more than ${maxBytes}`);
  if (bytes.length - from < values * size) throw new Error("the array is cut off");
  if (type === "|u1") return { shape, data: bytes.slice(from, from + values) };
  const at = (i: number): number => from + i * size;
  if (type === "<f4")
    return { shape, data: Float32Array.from({ length: values }, (_, i) => view.getFloat32(at(i), true)) };
  if (type === "<f8")
    return { shape, data: Float64Array.from({ length: values }, (_, i) => view.getFloat64(at(i), true)) };
  return { shape, data: Int32Array.from({ length: values }, (_, i) => view.getInt32(at(i), true)) };
}
