/**
 * The header of NumPy's `.npy` files: a magic number, a version, and a Python dictionary as text, which is parsed and
 * never evaluated (numpy/lib/format.py says what is in it).
 */

export interface NpyHeader {
  /** As NumPy writes types: `<f4`, `>f8`, `|b1`, `|O`. */
  readonly type: string;
  /** Whether the first axis is the fastest one. */
  readonly fortranOrder: boolean;
  readonly shape: readonly number[];
}

const MAGIC = "\x93NUMPY";
/** Enough to tell how long the header is. */
export const NPY_PREFIX_BYTES = 12;
/** NumPy reads 10,000 at most, unless it trusts the file. */
const HEADER_LIMIT_BYTES = 65536;

export const isNpy = (start: Uint8Array): boolean => latin1(start.subarray(0, MAGIC.length)) === MAGIC;

/**
 * Where the data begins.
 *
 * @param start the first 12 bytes of the file, or all that it has
 * @throws {Error} that says what is wrong in half a sentence
 */
export function npyDataStart(start: Uint8Array): number {
  if (start.length < NPY_PREFIX_BYTES || !isNpy(start)) throw new Error("it is no .npy file");
  const version = start[6] ?? 0;
  if (version < 1 || version > 3) throw new Error(`.npy version ${version} is not known`);
  const view = new DataView(start.buffer, start.byteOffset);
  const length = version === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  if (length > HEADER_LIMIT_BYTES) throw new Error(`its header has ${length} bytes, more than ${HEADER_LIMIT_BYTES}`);
  return (version === 1 ? 10 : 12) + length;
}

/**
 * @param bytes the file up to where its data begins
 * @throws {Error} that says what is wrong in half a sentence
 */
export function parseNpyHeader(bytes: Uint8Array): NpyHeader {
  const text = latin1(bytes.subarray(bytes[6] === 1 ? 10 : 12));
  if (RECORDS.test(text)) throw new Error("its array is of records, which are not read");
  const match = DICTIONARY.exec(text);
  if (match === null) throw new Error("its header makes no sense");
  const values = new Map<string, string>();
  for (const [, key = "", value = ""] of (match[1] ?? "").matchAll(ENTRY)) {
    if (values.has(key)) throw new Error(`its header says \`${key}\` twice`);
    values.set(key, value);
  }
  const type = values.get("descr");
  const order = values.get("fortran_order");
  const extents = values.get("shape");
  if (values.size !== 3 || type === undefined || order === undefined || extents === undefined)
    throw new Error("its header makes no sense");
  if (!/^['"]/.test(type) || !/^(True|False)$/.test(order) || !extents.startsWith("("))
    throw new Error("its header makes no sense");
  const shape = [...extents.matchAll(/\d+/g)].map(([digits]) => Number(digits));
  if (!shape.every(Number.isSafeInteger)) throw new Error("its shape is no list of sizes");
  return { type: type.slice(1, -1), fortranOrder: order === "True", shape };
}

/** A record's fields are a list. */
const RECORDS = /'descr' *: *\[/;
// A value is a text, True or False, or a tuple of whole numbers: Python 2 wrote `3L`. Nothing matches in two ways, so that
// no text takes longer than it is long.
const NUMBER = String.raw`\d{1,16}L?`;
const TUPLE = String.raw`\((?:|${NUMBER} *, *|${NUMBER}(?: *, *${NUMBER})+ *(?:, *)?)\)`;
const PAIR = String.raw`['"](descr|fortran_order|shape)['"] *: *('[^'\\]{0,64}'|"[^"\\]{0,64}"|True|False|${TUPLE})`;
const DICTIONARY = new RegExp(String.raw`^\{ *(${PAIR}(?: *, *${PAIR})*) *(?:, *)?\}[ \n]*$`);
const ENTRY = new RegExp(PAIR, "g");

/** A header of version 1 as NumPy writes it: padded so that the data begins at a multiple of 64. Little-endian, C order. */
export function npyHeader(type: string, shape: readonly number[]): Uint8Array<ArrayBuffer> {
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(", ")})`;
  const description = `{'descr': '${type}', 'fortran_order': False, 'shape': ${tuple}, }`;
  const end = Math.ceil((10 + description.length + 1) / 64) * 64;
  const text = `${MAGIC}\x01\0\0\0${description.padEnd(end - 11)}\n`;
  const bytes = Uint8Array.from(text, (letter) => letter.charCodeAt(0));
  new DataView(bytes.buffer).setUint16(8, end - 10, true);
  return bytes;
}

const latin1 = (bytes: Uint8Array): string => new TextDecoder("latin1").decode(bytes);
