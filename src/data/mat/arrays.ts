/** Arrays of a MAT-file: numbers, structures and cells. */
import { howToRaise, limitSettings } from "../../limits.js";
import { DataError } from "../dataset.js";
import { damaged, Elements, INT32, INT8, MATRIX, NUMBER_BYTES, UINT32, viewOf } from "./elements.js";

const CELL = 1;
const STRUCTURE = 2;
/** double, single and whole numbers of 8 to 64 bits, with sign and without. */
const FIRST_NUMBERS = 6;
const LAST_NUMBERS = 15;
const COMPLEX = 0x08;

export type MatArray =
  | MatNumbers
  | {
      readonly kind: "structure";
      readonly shape: readonly number[];
      /** By field: an array for each element of the structure. */
      readonly fields: ReadonlyMap<string, readonly MatArray[]>;
    }
  | { readonly kind: "cell"; readonly shape: readonly number[]; readonly items: readonly MatArray[] }
  /** What no data set's labels are: text, sparse and complex numbers, objects, functions. */
  | { readonly kind: "other"; readonly shape: readonly number[] };

export interface MatNumbers {
  readonly kind: "numbers";
  readonly shape: readonly number[];
  /** How they are stored, which may be smaller than what they are: doubles that are whole are stored as bytes. */
  readonly type: number;
  readonly littleEndian: boolean;
  /** In column order; a view. As many as the shape says. */
  readonly data: Uint8Array;
}

/** How many arrays have been met in a file, against the limit. */
export interface Count {
  arrays: number;
}

export interface Named {
  readonly name: string;
  readonly array: MatArray;
}

/**
 * The array of an element of the type `MATRIX`.
 * @param depth how many arrays it lies in
 * @throws {DataError} for what contradicts itself, and beyond the limits.
 */
export function parseArray(bytes: Uint8Array, littleEndian: boolean, title: string, count: Count, depth = 0): Named {
  const { limits } = limitSettings;
  count.arrays += 1;
  if (count.arrays > limits.tensors) throw tooMuch(title, `more than ${limits.tensors} arrays`, "tensors");
  if (depth > limits.nesting) throw tooMuch(title, `arrays nested more than ${limits.nesting} deep`, "nesting");
  // An empty array may be no more than its tag.
  if (bytes.length === 0) return { name: "", array: { kind: "other", shape: [0, 0] } };
  const elements = new Elements(bytes, littleEndian, title);
  const flags = elements.wanted(UINT32, "an array's flags");
  if (flags.length < 4) throw damaged(title, "an array has no flags");
  const word = viewOf(flags).getUint32(0, littleEndian);
  const kind = word & 0xff;
  // Objects that newer versions of MATLAB store have neither shape nor name here.
  if (kind > LAST_NUMBERS) return { name: "", array: { kind: "other", shape: [0, 0] } };
  const shape = shapeOf(elements.wanted(INT32, "an array's shape"), littleEndian, title);
  const name = latin(elements.wanted(INT8, "an array's name"));
  const size = shape.reduce((product, extent) => product * extent, 1);
  const inner = (): MatArray => {
    const data = elements.wanted(MATRIX, "an array within an array");
    return parseArray(data, littleEndian, title, count, depth + 1).array;
  };
  const several = (many: number): MatArray[] => {
    // Each takes 8 bytes at least, so a false number cannot keep the reader busy.
    if (many * 8 > bytes.length) throw damaged(title, `an array of ${many} items has ${bytes.length} bytes`);
    return Array.from({ length: many }, inner);
  };
  if (kind === CELL) return { name, array: { kind: "cell", shape, items: several(size) } };
  if (kind === STRUCTURE) return { name, array: structure(elements, shape, size, several) };
  if (kind >= FIRST_NUMBERS && ((word >> 8) & COMPLEX) === 0) return { name, array: numbers(elements, shape, size) };
  return { name, array: { kind: "other", shape } };
}

function numbers(elements: Elements, shape: readonly number[], size: number): MatArray {
  const { title, littleEndian } = elements;
  const { type, data } = elements.next();
  const bytes = NUMBER_BYTES[type];
  if (bytes === undefined) throw damaged(title, `numbers are stored as the unknown type ${type}`);
  if (data.length !== size * bytes)
    throw damaged(title, `an array of ${shape.join(" x ")} has ${data.length} bytes of ${bytes} a number`);
  return { kind: "numbers", shape, type, littleEndian, data };
}

function structure(
  elements: Elements,
  shape: readonly number[],
  size: number,
  several: (many: number) => MatArray[],
): MatArray {
  const { title, littleEndian } = elements;
  const width = elements.wanted(INT32, "the length of a structure's names");
  const each = width.length >= 4 ? viewOf(width).getInt32(0, littleEndian) : 0;
  const names = elements.wanted(INT8, "a structure's names");
  if (each < 1 || names.length % each !== 0) throw damaged(title, `a structure's names of ${each} bytes do not fit`);
  const many = names.length / each;
  if (many > limitSettings.limits.tensors) throw tooMuch(title, `a structure of ${many} fields`, "tensors");
  // Stored element by element, each with all of its fields.
  const held = several(size * many);
  const fields = new Map<string, readonly MatArray[]>();
  for (let field = 0; field < many; field += 1) {
    const key = latin(names.subarray(field * each, (field + 1) * each));
    fields.set(key, Array.from({ length: size }, (_, index) => held[index * many + field]).filter(isThere));
  }
  return { kind: "structure", shape, fields };
}

const isThere = (array: MatArray | undefined): array is MatArray => array !== undefined;

function shapeOf(data: Uint8Array, littleEndian: boolean, title: string): number[] {
  const view = viewOf(data);
  const dimensions = Math.floor(data.length / 4);
  if (dimensions < 2) throw damaged(title, "an array has fewer than two dimensions");
  if (dimensions > limitSettings.limits.dimensions)
    throw tooMuch(title, `an array of ${dimensions} dimensions`, "dimensions");
  const shape = Array.from({ length: dimensions }, (_, index) => view.getInt32(4 * index, littleEndian));
  if (shape.some((extent) => extent < 0)) throw damaged(title, `an array has the shape ${shape.join(" x ")}`);
  const size = shape.reduce((product, extent) => product * extent, 1);
  if (size > limitSettings.limits.elements) throw tooMuch(title, `an array of ${shape.join(" x ")}`, "elements");
  return shape;
}

/** Up to the first zero byte. */
function latin(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return String.fromCharCode(...bytes.subarray(0, Math.min(end < 0 ? bytes.length : end, 256)));
}

function tooMuch(title: string, what: string, limit: "tensors" | "nesting" | "dimensions" | "elements"): DataError {
  return new DataError(`${title} has ${what}`, [howToRaise(limit)], { fault: "unreadable" });
}
