/** Label maps in MAT-files. */
import { checkSize, DEFAULT_LIMITS, ImageError } from "../../images/error.js";
import { DataError, type LabelMap } from "../dataset.js";
import { readBytes } from "../files.js";
import type { MatArray, MatNumbers } from "./arrays.js";
import { NUMBER_BYTES, viewOf } from "./elements.js";
import { readMat } from "./read-mat.js";

/**
 * Reads labels.
 * @param path the file
 * @param names the variable that holds them, or a variable that is a structure and its field
 * @param indexOf the class of a stored value, 0..254, or 255 for void; null where the value is none
 * @throws {DataError} for what is missing or damaged, and for values that are no classes.
 */
export async function readMatLabels(
  path: string,
  names: readonly string[],
  indexOf: (value: number) => number | null,
): Promise<LabelMap> {
  return matLabels(await readBytes(path, "imageBytes"), path, names, indexOf);
}

/** As `readMatLabels`, of bytes. */
export function matLabels(
  bytes: Uint8Array,
  title: string,
  names: readonly string[],
  indexOf: (value: number) => number | null,
): LabelMap {
  const array = find(readMat(bytes, title), title, names);
  const shown = names.join(".");
  const [height = 0, width = 0] = array.shape;
  if (array.kind !== "numbers" || array.shape.length !== 2)
    throw unfit(`\`${shown}\` of ${title} is no matrix of numbers, but of ${array.shape.join(" x ")} ${array.kind}`);
  try {
    checkSize(width, height, DEFAULT_LIMITS);
  } catch (error) {
    if (error instanceof ImageError) throw unfit(`\`${shown}\` of ${title} ${error.problem}`);
    throw error;
  }
  const valueAt = reader(array);
  const indices = new Uint8Array(width * height);
  // MATLAB stores columns one after the other.
  for (let y = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1) {
      const value = valueAt(x * height + y);
      const index = indexOf(value);
      if (index === null || !(index >= 0 && index <= 255) || !Number.isInteger(index))
        throw unfit(`\`${shown}\` of ${title} has the value ${value}, which is no class of this data set`);
      indices[y * width + x] = index;
    }
  return { width, height, indices };
}

function find(variables: ReadonlyMap<string, MatArray>, title: string, names: readonly string[]): MatArray {
  const [name = "", ...fields] = names;
  let array = variables.get(name);
  if (!array)
    throw unfit(
      `${title} has no \`${name}\`: it has ${[...variables.keys()].slice(0, 10).join(", ") || "no variables"}`,
    );
  for (const field of fields) {
    const inner: MatArray | undefined = array.kind === "structure" ? array.fields.get(field)?.[0] : undefined;
    if (!inner) throw unfit(`\`${name}\` of ${title} has no field \`${field}\``);
    array = inner;
  }
  return array;
}

const unfit = (message: string): DataError =>
  new DataError(message, ["docs/data.md says what labels each data set comes with"], { fault: "unreadable" });

/** The number of an index, in column order, by how it is stored. */
function reader({ type, data, littleEndian }: MatNumbers): (index: number) => number {
  const view = viewOf(data);
  const bytes = NUMBER_BYTES[type] ?? 1;
  const at: Readonly<Record<number, (place: number) => number>> = {
    1: (place) => view.getInt8(place),
    2: (place) => view.getUint8(place),
    3: (place) => view.getInt16(place, littleEndian),
    4: (place) => view.getUint16(place, littleEndian),
    5: (place) => view.getInt32(place, littleEndian),
    6: (place) => view.getUint32(place, littleEndian),
    7: (place) => view.getFloat32(place, littleEndian),
    9: (place) => view.getFloat64(place, littleEndian),
    12: (place) => Number(view.getBigInt64(place, littleEndian)),
    13: (place) => Number(view.getBigUint64(place, littleEndian)),
  };
  const read = at[type] ?? at[2]!;
  return (index) => read(index * bytes);
}
