/** MATLAB's MAT-files of version 5 to 7, as data sets have their labels in: numbers, structures and cells. */
import { inflateSync } from "node:zlib";
import { howToRaise, limitSettings } from "../../limits.js";
import { DataError } from "../dataset.js";
import { parseArray, type Count, type MatArray } from "./arrays.js";
import { COMPRESSED, damaged, Elements, MATRIX } from "./elements.js";

const HEADER_BYTES = 128;

/**
 * The variables of a file, by name. Nothing in it is run; numbers stay where they lie until they are asked for.
 * @param title the file, for messages
 * @throws {DataError} for what is no such file, is cut off or contradicts itself, and beyond the limits.
 */
export function readMat(bytes: Uint8Array, title: string): ReadonlyMap<string, MatArray> {
  const littleEndian = byteOrder(bytes, title);
  const elements = new Elements(bytes.subarray(HEADER_BYTES), littleEndian, title);
  const count: Count = { arrays: 0 };
  const variables = new Map<string, MatArray>();
  while (!elements.done) {
    const { type, data } = elements.next();
    const array = type === COMPRESSED ? inflated(data, littleEndian, title) : type === MATRIX ? data : null;
    if (array === null) continue;
    const named = parseArray(array, littleEndian, title, count);
    variables.set(named.name, named.array);
  }
  return variables;
}

function byteOrder(bytes: Uint8Array, title: string): boolean {
  const start = String.fromCharCode(...bytes.subarray(0, 20));
  if (start.startsWith("MATLAB 7.3") || bytes[0] === 0x89)
    throw new DataError(
      `${title} is a MAT-file of version 7.3, and those of version 5 to 7 are read`,
      ["in MATLAB, load it and save it again with `save(file, '-v7')`"],
      { fault: "unreadable" },
    );
  const order = String.fromCharCode(...bytes.subarray(126, 128));
  if (bytes.length >= HEADER_BYTES && (order === "IM" || order === "MI")) return order === "IM";
  throw new DataError(`${title} is no MAT-file of version 5 to 7`, ["labels of this data set come as MATLAB's .mat"], {
    fault: "unreadable",
  });
}

/** The one array that a compressed element holds. */
function inflated(data: Uint8Array, littleEndian: boolean, title: string): Uint8Array {
  const { expansion, imageBytes } = limitSettings.limits;
  const most = Math.min(imageBytes, data.length * expansion);
  let bytes: Uint8Array;
  try {
    bytes = inflateSync(data, { maxOutputLength: Math.max(1, most) });
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ERR_BUFFER_TOO_LARGE")
      throw new DataError(
        `${title} has ${data.length} compressed bytes that become more than ${most}`,
        [howToRaise(most === imageBytes ? "imageBytes" : "expansion")],
        { fault: "unreadable", cause: error },
      );
    throw damaged(title, `what is compressed in it cannot be inflated`);
  }
  return new Elements(bytes, littleEndian, title).wanted(MATRIX, "what is compressed");
}
