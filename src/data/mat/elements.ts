/** The elements that a MAT-file is made of: a type, a number of bytes, and those bytes (MATLAB's "MAT-File Format", 5). */
import { DataError } from "../dataset.js";

export const INT8 = 1;
export const INT32 = 5;
export const UINT32 = 6;
export const MATRIX = 14;
export const COMPRESSED = 15;

/** Bytes of a number, by an element's type. */
export const NUMBER_BYTES: Readonly<Record<number, 1 | 2 | 4 | 8>> = {
  1: 1,
  2: 1,
  3: 2,
  4: 2,
  5: 4,
  6: 4,
  7: 4,
  9: 8,
  12: 8,
  13: 8,
};

export interface Element {
  readonly type: number;
  /** A view, not a copy. */
  readonly data: Uint8Array;
}

export function damaged(title: string, problem: string): DataError {
  return new DataError(`${title} is damaged: ${problem}`, ["copy the file again, or take its name out of the list"], {
    fault: "unreadable",
  });
}

export const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** Reads elements one after the other from bytes that stay where they are. */
export class Elements {
  readonly #view: DataView;
  #at = 0;

  constructor(
    private readonly bytes: Uint8Array,
    readonly littleEndian: boolean,
    /** The file, for messages. */
    readonly title: string,
  ) {
    this.#view = viewOf(bytes);
  }

  get done(): boolean {
    return this.#at >= this.bytes.length;
  }

  /** @throws {DataError} where the bytes end before the element does. */
  next(): Element {
    const tag = this.#take(8);
    const first = this.#view.getUint32(tag, this.littleEndian);
    // Up to four bytes of data stand within the tag, whose upper half is then their number.
    const small = first >>> 16;
    if (small > 0) {
      if (small > 4) throw damaged(this.title, `an element of ${small} bytes claims to fit into 4`);
      return { type: first & 0xffff, data: this.bytes.subarray(tag + 4, tag + 4 + small) };
    }
    const length = this.#view.getUint32(tag + 4, this.littleEndian);
    const from = this.#take(length);
    // Elements begin at multiples of 8 bytes, but for those after compressed ones. The last need not be filled up.
    if (first !== COMPRESSED) this.#at = Math.min(this.bytes.length, Math.ceil(this.#at / 8) * 8);
    return { type: first, data: this.bytes.subarray(from, from + length) };
  }

  /** The next element, which must be of this type. */
  wanted(type: number, what: string): Uint8Array {
    const element = this.next();
    if (element.type !== type) throw damaged(this.title, `${what} has the type ${element.type} instead of ${type}`);
    return element.data;
  }

  #take(count: number): number {
    const from = this.#at;
    if (count > this.bytes.length - from) throw damaged(this.title, "it ends in the middle of an array");
    this.#at += count;
    return from;
  }
}
