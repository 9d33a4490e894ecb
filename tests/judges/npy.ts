/** NumPy's array files, as far as judges and tests exchange them: little-endian, C order, version 1. */
import { readFileSync, writeFileSync } from "node:fs";

export interface NumpyArray {
  readonly shape: readonly number[];
  readonly data: Float32Array | Float64Array | Int32Array | Uint8Array;
}

const magic = "\x93NUMPY\x01\x00";

export function writeNpy(path: string, { shape, data }: NumpyArray): void {
  const elements = shape.reduce((product, extent) => product * extent, 1);
  if (elements !== data.length) throw new Error(`${data.length} values for a shape of ${elements}`);
  const type = data instanceof Uint8Array ? "|u1" : data instanceof Float32Array ? "<f4" : "<f8";
  const text = `{'descr': '${type}', 'fortran_order': False, 'shape': (${shape.map((extent) => `${extent},`).join(" ")}), }`;
  // The data starts at a multiple of 64 bytes.
  const padding = " ".repeat((64 - ((magic.length + 2 + text.length + 1) % 64)) % 64);
  const header = Buffer.from(`${magic}\0\0${text}${padding}\n`, "latin1");
  header.writeUInt16LE(header.length - magic.length - 2, magic.length);
  writeFileSync(path, Buffer.concat([header, Buffer.from(data.buffer, data.byteOffset, data.byteLength)]));
}

export function readNpy(path: string): NumpyArray {
  const file = readFileSync(path);
  if (file.toString("latin1", 0, magic.length) !== magic) throw new Error(`${path} is no array file of version 1`);
  const start = magic.length + 2 + file.readUInt16LE(magic.length);
  const header = file.toString("latin1", magic.length + 2, start);
  if (header.includes("'fortran_order': True")) throw new Error(`${path} is in Fortran order`);
  const type = /'descr': '(.*?)'/.exec(header)?.[1];
  const shape = (/'shape': \((.*?)\)/.exec(header)?.[1] ?? "")
    .split(",")
    .filter((part) => part.trim() !== "")
    .map(Number);
  // A copy, so that the array is aligned whatever the file's buffer is.
  const bytes = new Uint8Array(file.subarray(start)).buffer;
  if (type === "<f4") return { shape, data: new Float32Array(bytes) };
  if (type === "<f8") return { shape, data: new Float64Array(bytes) };
  if (type === "|u1") return { shape, data: new Uint8Array(bytes) };
  if (type === "<i4") return { shape, data: new Int32Array(bytes) };
  throw new Error(`${path} holds ${type}`);
}
