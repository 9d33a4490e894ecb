/** Arrays as NumPy stores them, in a file of their own (`npy.ts`) or among others (`npz.ts`). */
import { WeightsError } from "../errors.js";
import type { TensorInfo } from "../source.js";
import { ELEMENT_TYPES } from "./element-types.js";
import type { ReadLimits } from "./limits.js";
import { shorten } from "./names.js";
import { NPY_PREFIX_BYTES, npyDataStart, parseNpyHeader, type NpyHeader } from "./npy-header.js";
import { scatter, WholeTensor } from "./reordered.js";
import { checkShape } from "./shape-limits.js";
import { elementsOf, StoredTensors } from "./stored.js";

/** A file, or a member of one. */
export interface ArrayBytes {
  readonly size: number;
  read(position: number, bytes: Uint8Array, what: string): Promise<void>;
}

export interface NumpyArray extends TensorInfo {
  readonly bytes: ArrayBytes;
  /** Where the elements begin. */
  readonly start: number;
  readonly bigEndian: boolean;
  readonly fortranOrder: boolean;
}

/** NumPy's letters and bytes of an element, and what safetensors calls it. */
export const NUMPY_TYPES: readonly (readonly [type: string, dtype: string])[] = [
  ["f8", "F64"],
  ["f4", "F32"],
  ["f2", "F16"],
  ["i8", "I64"],
  ["u8", "U64"],
  ["i4", "I32"],
  ["u4", "U32"],
  ["i2", "I16"],
  ["u2", "U16"],
  ["i1", "I8"],
  ["u1", "U8"],
  ["b1", "BOOL"],
];

/**
 * Reads an array's header.
 * @param title the file, for messages, with the array where there are several
 * @throws {WeightsError} also for arrays of other things than numbers.
 */
export async function readNumpyArray(
  title: string,
  name: string,
  bytes: ArrayBytes,
  limits: ReadLimits,
): Promise<NumpyArray> {
  const what = "its header";
  const prefix = new Uint8Array(Math.min(NPY_PREFIX_BYTES, bytes.size));
  await bytes.read(0, prefix, what);
  let header: NpyHeader;
  let start: number;
  try {
    start = npyDataStart(prefix);
    if (start > bytes.size) throw new Error("it ends within its header");
    const whole = new Uint8Array(start);
    await bytes.read(0, whole, what);
    header = parseNpyHeader(whole);
  } catch (error) {
    if (error instanceof WeightsError || !(error instanceof Error)) throw error;
    throw new WeightsError(`${title}: ${error.message}. ${ANEW}`, { cause: error });
  }
  const { type, shape, fortranOrder } = header;
  const dtype = dtypeOf(title, type);
  checkShape(title, "it", shape, limits);
  const wanted = elementsOf(shape) * (ELEMENT_TYPES[dtype]?.bytes ?? 1);
  if (bytes.size - start !== wanted)
    throw new WeightsError(
      `${title}: ${dtype} [${shape.join(", ")}] needs ${wanted} bytes and is given ${bytes.size - start}. ${ANEW}`,
    );
  return { name, dtype, shape, bytes, start, bigEndian: type.startsWith(">"), fortranOrder };
}

const ANEW = "The file is damaged or is none of NumPy's; get it anew or write it again.";

function dtypeOf(title: string, type: string): string {
  if (/^[<>|=]O/.test(type))
    throw new WeightsError(
      `${title}: it holds Python objects (pickle), which are never read, as reading them runs their code. Save each ` +
        "array of it by itself: `numpy.savez(file, **arrays)`.",
    );
  const found = NUMPY_TYPES.find(([name]) => type.slice(1) === name);
  if (found === undefined || !/^[<>|=]/.test(type))
    throw new WeightsError(
      `${title}: arrays of the type \`${shorten(type)}\` are not read, but floats, integers and booleans are. ` +
        "Convert it with `astype`, or leave it out.",
    );
  return found[1];
}

export class NumpyTensors extends StoredTensors<NumpyArray> {
  readonly metadata = {};
  readonly tensors: ReadonlyMap<string, NumpyArray>;
  readonly #whole = new WholeTensor();
  readonly #close: () => Promise<void>;

  constructor(
    readonly format: string,
    readonly title: string,
    arrays: readonly NumpyArray[],
    close: () => Promise<void>,
  ) {
    super();
    this.tensors = new Map(arrays.map((array) => [array.name, array]));
    this.#close = close;
  }

  protected async fill(array: NumpyArray, start: number, into: Uint8Array): Promise<void> {
    const width = ELEMENT_TYPES[array.dtype]?.bytes ?? 1;
    const what = `array \`${shorten(array.name)}\``;
    const read = async (from: number, bytes: Uint8Array) => {
      await array.bytes.read(array.start + from, bytes, what);
      if (array.bigEndian) swap(bytes, width);
    };
    if (!array.fortranOrder || array.shape.length < 2) return read(start * width, into);
    const whole = await this.#whole.get(array.name, elementsOf(array.shape) * width, (bytes) =>
      scatter(read, fortran(array.shape), width, bytes),
    );
    into.set(whole.subarray(start * width, start * width + into.length));
  }

  close(): Promise<void> {
    return this.#close();
  }
}

/** The file has the axes in the other order. */
function fortran(shape: readonly number[]) {
  const strides = shape.map((_, axis) => elementsOf(shape.slice(axis + 1)));
  return { shape: [...shape].reverse(), strides: strides.reverse(), steps: shape.map(() => 1), first: 0 };
}

function swap({ buffer, byteOffset, length }: Uint8Array, width: number): void {
  const bytes = Buffer.from(buffer, byteOffset, length);
  if (width === 2) bytes.swap16();
  else if (width === 4) bytes.swap32();
  else if (width === 8) bytes.swap64();
}
