/** NumPy's `.npy` format, version 1: one array in a file. */

const MAGIC = "\x93NUMPY";
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
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(", ")})`;
  const description = `{'descr': '<f4', 'fortran_order': False, 'shape': ${tuple}, }`;
  const start = Math.ceil((10 + description.length + 1) / 64) * 64;
  const header = `${description.padEnd(start - 11)}\n`;
  const file = new Uint8Array(start + 4 * data.length);
  const view = new DataView(file.buffer);
  for (let i = 0; i < MAGIC.length; i += 1) file[i] = MAGIC.charCodeAt(i);
  file[6] = 1;
  view.setUint16(8, header.length, true);
  for (let i = 0; i < header.length; i += 1) file[10 + i] = header.charCodeAt(i);
  for (let i = 0; i < data.length; i += 1) view.setFloat32(start + 4 * i, data[i]!, true);
  return file;
}

/**
 * Reads a `.npy` of version 1 to 3 with float32, float64, int32 or uint8 in C order, little-endian. Throws an `Error`
 * that says what is not as it should be.
 */
export function readNpy(bytes: Uint8Array, maxBytes = MAX_BYTES): NpyArray {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const text = (from: number, to: number): string => String.fromCharCode(...bytes.subarray(from, to));
  if (bytes.length < 12 || text(0, 6) !== MAGIC) throw new Error("not a .npy file");
  const version = bytes[6]!;
  if (version < 1 || version > 3) throw new Error(`.npy version ${version} is not known`);
  const start = version === 1 ? 10 : 12;
  const length = version === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  if (length > 65536 || start + length > bytes.length) throw new Error("the .npy header is cut off");
  const header = text(start, start + length);
  const type = /'descr':\s*'([^']*)'/.exec(header)?.[1] ?? "";
  const fortran = /'fortran_order':\s*(True|False)/.exec(header)?.[1];
  const extents = /'shape':\s*\(([\d,\s]*)\)/.exec(header)?.[1];
  if (fortran === undefined || extents === undefined) throw new Error("the .npy header makes no sense");
  if (fortran === "True") throw new Error("the array is in Fortran order; save it with numpy.ascontiguousarray");
  const shape = extents
    .split(",")
    .map((extent) => extent.trim())
    .filter(Boolean)
    .map(Number);
  const values = shape.reduce((product, extent) => product * extent, 1);
  const size = { "<f4": 4, "<f8": 8, "<i4": 4, "|u1": 1 }[type];
  if (size === undefined)
    throw new Error(`arrays of '${type}' are not read, but float32, float64, int32 and uint8 are`);
  if (values * size > maxBytes) throw new Error(`the array takes ${values * size} bytes, more than ${maxBytes}`);
  const from = start + length;
  if (bytes.length - from < values * size) throw new Error("the array is cut off");
  if (type === "|u1") return { shape, data: bytes.slice(from, from + values) };
  const at = (i: number): number => from + i * size;
  if (type === "<f4")
    return { shape, data: Float32Array.from({ length: values }, (_, i) => view.getFloat32(at(i), true)) };
  if (type === "<f8")
    return { shape, data: Float64Array.from({ length: values }, (_, i) => view.getFloat64(at(i), true)) };
  return { shape, data: Int32Array.from({ length: values }, (_, i) => view.getInt32(at(i), true)) };
}
