/** BlobProto (caffe.proto): the numbers of one tensor, in one of two layouts of its shape and one of two types. */
import { beyond } from "./limits.js";
import { Pieces } from "./pieces.js";
import { WIRE, type ProtobufCursor, type Tag } from "./protobuf-cursor.js";
import { checkShape as checkLimits } from "./shape-limits.js";
import { elementsOf } from "./stored.js";

export interface Blob {
  readonly shape: readonly number[];
  /** True where the shape was given as num, channels, height, width, as Caffe did before `BlobShape`. */
  readonly legacy: boolean;
  readonly dtype: "F32" | "F64";
  readonly data: Pieces;
}

/** Pieces of one tensor that are no run: an honest file has one, or as many as it was written in parts. */
const RUN_LIMIT = 1_000_000;

const FIELD = { num: 1, channels: 2, height: 3, width: 4, data: 5, shape: 7, doubleData: 8 } as const;

/**
 * Reads what a blob that ends at `end` says of itself, and where its numbers lie. `double_data` counts where there is
 * any, as in Caffe; diffs and unknown fields are stepped over.
 *
 * @param what is read, for messages: `blob 0 of layer \`conv1\``
 * @throws {WeightsError}
 */
export async function readBlob(cursor: ProtobufCursor, end: number, what: string): Promise<Blob> {
  const legacy: (number | undefined)[] = [undefined, undefined, undefined, undefined];
  const dims: number[] = [];
  const floats = new Pieces(4);
  const doubles = new Pieces(8);
  for (let tag = await cursor.tag(end); tag !== null; tag = await cursor.tag(end)) {
    const { field, wire } = tag;
    if (field >= FIELD.num && field <= FIELD.width && wire === WIRE.varint)
      legacy[field - FIELD.num] = await cursor.varint(end);
    else if (field === FIELD.shape && wire === WIRE.bytes)
      await readShape(cursor, await cursor.delimited(end), dims, what);
    else if (field === FIELD.data) await readNumbers(cursor, tag, floats, end, what);
    else if (field === FIELD.doubleData) await readNumbers(cursor, tag, doubles, end, what);
    else await cursor.skip(tag, end);
  }
  const isLegacy = legacy.some((size) => size !== undefined);
  const shape = isLegacy ? legacy.map((size) => size ?? 0) : dims;
  checkShape(cursor, shape, what);
  const isDouble = doubles.elements > 0;
  const data = isDouble ? doubles : floats;
  const wanted = elementsOf(shape);
  if (data.elements !== wanted)
    throw cursor.fail(
      data.elements === 0
        ? `${what} has the shape [${shape.join(", ")}] and no data`
        : `${what} has the shape [${shape.join(", ")}], which is ${wanted} numbers, and holds ${data.elements}`,
    );
  return { shape, legacy: isLegacy, dtype: isDouble ? "F64" : "F32", data };
}

function checkShape(cursor: ProtobufCursor, shape: readonly number[], what: string): void {
  if (!shape.every(Number.isSafeInteger)) throw cursor.fail(`${what} has a size that no tensor has in its shape`);
  checkLimits(cursor.file.path, what, shape, cursor.limits);
}

/** BlobShape: dim = 1, packed or not; a shape that comes in parts is joined. */
async function readShape(cursor: ProtobufCursor, end: number, into: number[], what: string): Promise<void> {
  const add = (size: number): void => {
    into.push(size);
    if (into.length > cursor.limits.dimensions)
      throw beyond(
        cursor.file.path,
        `${what} has more than the ${cursor.limits.dimensions} dimensions that are read`,
        "dimensions",
      );
  };
  for (let tag = await cursor.tag(end); tag !== null; tag = await cursor.tag(end)) {
    if (tag.field !== 1 || (tag.wire !== WIRE.varint && tag.wire !== WIRE.bytes)) await cursor.skip(tag, end);
    else if (tag.wire === WIRE.varint) add(await cursor.varint(end));
    else {
      const to = await cursor.delimited(end);
      while (cursor.position < to) add(await cursor.varint(to));
    }
  }
}

/** A repeated float or double: packed, or one number behind its tag, of which mostly more follow. */
async function readNumbers(cursor: ProtobufCursor, tag: Tag, into: Pieces, end: number, what: string): Promise<void> {
  const { bytes } = into;
  if (tag.wire === WIRE.bytes) {
    const to = await cursor.delimited(end);
    const length = to - cursor.position;
    if (length % bytes !== 0) throw cursor.fail(`${what} has ${length} bytes of data, which are no whole numbers`);
    into.add(cursor.position, length / bytes);
    cursor.position = to;
  } else if (tag.wire === (bytes === 4 ? WIRE.fixed32 : WIRE.fixed64)) {
    const position = cursor.position;
    cursor.step(bytes, end);
    // Both tags have one byte: 5 and 8 are below 16.
    const pattern = Uint8Array.of(tag.field * 8 + tag.wire);
    const more = await cursor.repeats(pattern, bytes, end);
    into.add(position, 1);
    if (more > 0) into.add(position + bytes + 1, 1, more, bytes + 1);
  } else await cursor.skip(tag, end);
  if (into.runs > RUN_LIMIT) throw cursor.fail(`${what} is in more than ${RUN_LIMIT} pieces`);
}
