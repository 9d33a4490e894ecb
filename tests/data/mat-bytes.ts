/** A small writer of MAT-files of version 5, for what SciPy does not write: big-endian, and false claims. */
import { deflateSync } from "node:zlib";

export interface Order {
  readonly littleEndian: boolean;
}

/** The header: 116 characters of text, and the order of bytes at its end. */
export function matFile({ littleEndian }: Order, ...elements: readonly Uint8Array[]): Uint8Array {
  const header = new Uint8Array(128).fill(32);
  header.set(new TextEncoder().encode("MATLAB 5.0 MAT-file"));
  header.set(littleEndian ? [0, 1, 0x49, 0x4d] : [1, 0, 0x4d, 0x49], 124);
  return Buffer.concat([header, ...elements]);
}

/** An element whose data is filled up to 8 bytes. */
export function element({ littleEndian }: Order, type: number, data: Uint8Array, length = data.length): Uint8Array {
  const tag = new Uint8Array(8);
  const view = new DataView(tag.buffer);
  view.setUint32(0, type, littleEndian);
  view.setUint32(4, length, littleEndian);
  return Buffer.concat([tag, data, new Uint8Array((8 - (data.length % 8)) % 8)]);
}

export const compressed = (order: Order, data: Uint8Array): Uint8Array => {
  const deflated = deflateSync(data);
  return element(order, 15, deflated).subarray(0, 8 + deflated.length);
};

export function words({ littleEndian }: Order, ...values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(4 * values.length);
  const view = new DataView(bytes.buffer);
  values.forEach((value, index) => view.setUint32(4 * index, value, littleEndian));
  return bytes;
}

/** An array up to its contents: flags, shape, name. */
export function matrix(
  order: Order,
  kind: number,
  shape: readonly number[],
  name: string,
  ...contents: readonly Uint8Array[]
): Uint8Array {
  const parts = [
    element(order, 6, words(order, kind, 0)),
    element(order, 5, words(order, ...shape)),
    element(order, 1, new TextEncoder().encode(name)),
    ...contents,
  ];
  return element(order, 14, Buffer.concat(parts));
}
