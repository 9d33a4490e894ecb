/** A safetensors file of made-up numbers with the tensors that a bundle's `weights-wanted.json` lists. */
import { closeSync, openSync, readFileSync, writeSync } from "node:fs";

const PIECE = 1024 * 1024;

/**
 * @param {string} wanted the path of the list
 * @param {string} path the file to write
 * @returns {number} bytes of the largest tensor
 */
export function writeWanted(wanted, path) {
  /** @type {{ tensors: { key: string, shape: number[], optional?: true }[] }} */
  const { tensors } = JSON.parse(readFileSync(wanted, "utf8"));
  const header = {};
  let offset = 0;
  let largest = 0;
  for (const { key, shape, optional } of tensors) {
    if (optional) continue;
    const bytes = 4 * shape.reduce((product, size) => product * size, 1);
    header[key] = { dtype: "F32", shape, data_offsets: [offset, offset + bytes] };
    offset += bytes;
    largest = Math.max(largest, bytes);
  }
  const text = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  const piece = new Uint8Array(Float32Array.from({ length: PIECE / 4 }, (_, i) => Math.sin(i) / 100).buffer);
  const file = openSync(path, "w");
  try {
    writeSync(file, Buffer.concat([length, text]));
    for (let left = offset; left > 0; left -= PIECE) writeSync(file, piece, 0, Math.min(left, PIECE));
  } finally {
    closeSync(file);
  }
  return largest;
}
