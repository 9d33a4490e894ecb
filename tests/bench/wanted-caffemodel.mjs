/** A caffemodel of made-up numbers with the tensors that a bundle's `weights-wanted.json` lists, by hand after caffe.proto. */
import { closeSync, openSync, readFileSync, writeSync } from "node:fs";

const PIECE = 1024 * 1024;

/** @param {number} value */
function varint(value) {
  const bytes = [];
  for (let left = value; ; left = Math.floor(left / 128)) {
    bytes.push((left % 128) + (left >= 128 ? 128 : 0));
    if (left < 128) return Buffer.from(bytes);
  }
}

/**
 * The key and the length of a field that is counted in bytes.
 * @param {number} number
 * @param {number} length
 */
const head = (number, length) => Buffer.concat([varint(number * 8 + 2), varint(length)]);

/** @param {number} number @param {Buffer} bytes */
const field = (number, bytes) => Buffer.concat([head(number, bytes.length), bytes]);

/**
 * @param {string} wanted the path of the list
 * @param {string} path the file to write
 * @returns {number} bytes of the largest tensor
 */
export function writeWantedCaffemodel(wanted, path) {
  /** @type {{ tensors: { key: string, shape: number[], optional?: true }[] }} */
  const { tensors } = JSON.parse(readFileSync(wanted, "utf8"));
  /** @type {Map<string, { shape: number[] }[]>} */
  const layers = new Map();
  for (const { key, shape, optional } of tensors) {
    if (optional) continue;
    const name = key.slice(0, key.lastIndexOf("."));
    layers.set(name, [...(layers.get(name) ?? []), { shape }]);
  }
  const piece = new Uint8Array(Float32Array.from({ length: PIECE / 4 }, (_, i) => Math.sin(i) / 100).buffer);
  const file = openSync(path, "w");
  let largest = 0;
  try {
    for (const [name, own] of layers) {
      // BlobProto: shape (7) with its dimensions (1), data (5), both packed.
      const blobs = own.map(({ shape }) => {
        const bytes = 4 * shape.reduce((product, size) => product * size, 1);
        const front = Buffer.concat([field(7, field(1, Buffer.concat(shape.map(varint)))), head(5, bytes)]);
        largest = Math.max(largest, bytes);
        return { front: Buffer.concat([head(7, front.length + bytes), front]), bytes };
      });
      // LayerParameter: name (1), type (2), blobs (7). NetParameter: layer (100).
      const texts = [field(1, Buffer.from(name)), field(2, Buffer.from("Convolution"))];
      const length = [...texts, ...blobs.map(({ front }) => front)].reduce((sum, { length }) => sum + length, 0);
      writeSync(file, head(100, length + blobs.reduce((sum, { bytes }) => sum + bytes, 0)));
      for (const text of texts) writeSync(file, text);
      for (const { front, bytes } of blobs) {
        writeSync(file, front);
        for (let left = bytes; left > 0; left -= PIECE) writeSync(file, piece, 0, Math.min(left, PIECE));
      }
    }
  } finally {
    closeSync(file);
  }
  return largest;
}
