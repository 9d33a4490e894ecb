/** PNG as a sequence of chunks: taking files apart and putting them together. */
import { crc32 } from "node:zlib";
import { damaged } from "./error.js";

export const PNG_SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);

export interface Chunk {
  /** Four letters: `IHDR`, `IDAT`, ... */
  readonly type: string;
  readonly data: Uint8Array;
}

/** The file's chunks up to IEND or up to where it is cut off, in which case `complete` is false. */
export interface Chunks {
  readonly chunks: readonly Chunk[];
  /** The part of a chunk of pixels that a cut-off file ends with. */
  readonly partial: Chunk | null;
  readonly complete: boolean;
}

/** Throws `ImageError` where a checksum is wrong or something that is no chunk follows. */
export function readChunks(bytes: Uint8Array): Chunks {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const chunks: Chunk[] = [];
  let at = PNG_SIGNATURE.length;
  while (at + 8 <= bytes.length) {
    const length = view.getUint32(at);
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    if (!/^[A-Za-z]{4}$/.test(type)) throw damaged("something other than a chunk stands between its chunks");
    const end = at + 8 + length;
    const data = bytes.subarray(at + 8, end);
    if (end + 4 > bytes.length) return { chunks, partial: { type, data }, complete: false };
    // Programs may drop what they do not know, and so does this one: only what makes the picture is held to its sum.
    const critical = /^[A-Z]/.test(type);
    if (critical && crc32(bytes.subarray(at + 4, end)) !== view.getUint32(end))
      throw damaged(`the checksum of a chunk (${type}) is wrong`);
    chunks.push({ type, data });
    if (type === "IEND") return { chunks, partial: null, complete: true };
    at = end + 4;
  }
  return { chunks, partial: null, complete: false };
}

/** A whole PNG file of these chunks; IEND is added. */
export function writeChunks(chunks: readonly Chunk[]): Uint8Array {
  const all = [...chunks, { type: "IEND", data: new Uint8Array(0) }];
  const file = new Uint8Array(all.reduce((sum, { data }) => sum + 12 + data.length, PNG_SIGNATURE.length));
  const view = new DataView(file.buffer);
  file.set(PNG_SIGNATURE);
  let at = PNG_SIGNATURE.length;
  for (const { type, data } of all) {
    view.setUint32(at, data.length);
    for (let i = 0; i < 4; i += 1) file[at + 4 + i] = type.charCodeAt(i);
    file.set(data, at + 8);
    const end = at + 8 + data.length;
    view.setUint32(end, crc32(file.subarray(at + 4, end)));
    at = end + 4;
  }
  return file;
}
