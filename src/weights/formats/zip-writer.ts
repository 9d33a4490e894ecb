import { crc32 } from "node:zlib";
import type { FileWriter } from "./aside.js";
import { MARK } from "./zip-marks.js";

/** Of the format's version 4.5, which has sizes of 64 bits. */
const VERSION = 45;
/** Names are UTF-8. */
const FLAGS = 0x0800;
/** 1 January 1980, the first day there is: equal weights make equal files. */
const DATE = 0x21;
const MOST = 0xffffffff;
const CRC_AT = 14;

interface Written {
  readonly name: Uint8Array;
  readonly size: number;
  readonly offset: number;
  readonly crc: number;
}

/** Writes a zip archive whose members are stored as they are. */
export class ZipWriter {
  readonly #file: FileWriter;
  readonly #written: Written[] = [];

  constructor(file: FileWriter) {
    this.#file = file;
  }

  /** Writes a member whose pieces have `size` bytes in all. */
  async add(name: string, size: number, pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<void> {
    const file = this.#file;
    const offset = file.position;
    const encoded = new TextEncoder().encode(name);
    const isLarge = size >= MOST;
    const header = record(30 + encoded.length + (isLarge ? 20 : 0), MARK.member);
    header.setUint16(4, VERSION, true);
    header.setUint16(6, FLAGS, true);
    header.setUint16(12, DATE, true);
    header.setUint32(18, isLarge ? MOST : size, true);
    header.setUint32(22, isLarge ? MOST : size, true);
    header.setUint16(26, encoded.length, true);
    new Uint8Array(header.buffer).set(encoded, 30);
    if (isLarge) {
      header.setUint16(28, 20, true);
      large(header, 30 + encoded.length, [size, size]);
    }
    await file.write(new Uint8Array(header.buffer));
    let crc = 0;
    for await (const piece of pieces) {
      crc = crc32(piece, crc);
      await file.write(piece);
    }
    const checksum = new DataView(new ArrayBuffer(4));
    checksum.setUint32(0, crc, true);
    await file.patch(offset + CRC_AT, new Uint8Array(checksum.buffer));
    this.#written.push({ name: encoded, size, offset, crc });
  }

  /** Writes the directory, after the last member. */
  async end(): Promise<void> {
    const file = this.#file;
    const start = file.position;
    for (const member of this.#written) await file.write(entryOf(member));
    const bytes = file.position - start;
    const count = this.#written.length;
    if (start >= MOST || bytes >= MOST || count >= 0xffff) await this.#endLarge(start, bytes, count);
    const end = record(22, MARK.end);
    end.setUint16(8, Math.min(count, 0xffff), true);
    end.setUint16(10, Math.min(count, 0xffff), true);
    end.setUint32(12, Math.min(bytes, MOST), true);
    end.setUint32(16, Math.min(start, MOST), true);
    await file.write(new Uint8Array(end.buffer));
  }

  async #endLarge(start: number, bytes: number, count: number): Promise<void> {
    const at = this.#file.position;
    const end = record(56, MARK.end64);
    end.setBigUint64(4, 44n, true);
    end.setUint16(12, VERSION, true);
    end.setUint16(14, VERSION, true);
    for (const [offset, value] of [
      [24, count],
      [32, count],
      [40, bytes],
      [48, start],
    ] as const)
      end.setBigUint64(offset, BigInt(value), true);
    const locator = record(20, MARK.locator);
    locator.setBigUint64(8, BigInt(at), true);
    locator.setUint32(16, 1, true);
    await this.#file.write(new Uint8Array(end.buffer));
    await this.#file.write(new Uint8Array(locator.buffer));
  }
}

function entryOf({ name, size, offset, crc }: Written): Uint8Array {
  // What does not fit in 32 bits follows the name, in this order.
  const wide = [...(size >= MOST ? [size, size] : []), ...(offset >= MOST ? [offset] : [])];
  const extra = wide.length === 0 ? 0 : 4 + 8 * wide.length;
  const entry = record(46 + name.length + extra, MARK.entry);
  entry.setUint16(4, VERSION, true);
  entry.setUint16(6, VERSION, true);
  entry.setUint16(8, FLAGS, true);
  entry.setUint16(14, DATE, true);
  entry.setUint32(16, crc, true);
  entry.setUint32(20, Math.min(size, MOST), true);
  entry.setUint32(24, Math.min(size, MOST), true);
  entry.setUint16(28, name.length, true);
  entry.setUint16(30, extra, true);
  entry.setUint32(42, Math.min(offset, MOST), true);
  const bytes = new Uint8Array(entry.buffer);
  bytes.set(name, 46);
  if (extra > 0) large(entry, 46 + name.length, wide);
  return bytes;
}

/** The field with numbers of 64 bits. */
function large(record: DataView, at: number, numbers: readonly number[]): void {
  record.setUint16(at, 1, true);
  record.setUint16(at + 2, 8 * numbers.length, true);
  for (const [index, value] of numbers.entries()) record.setBigUint64(at + 4 + 8 * index, BigInt(value), true);
}

function record(bytes: number, mark: number): DataView<ArrayBuffer> {
  const view = new DataView(new ArrayBuffer(bytes));
  view.setUint32(0, mark, true);
  return view;
}
