/** The bits of a JPEG scan and its Huffman codes. */
import { damaged, truncated } from "./error.js";

const LOOKUP_BITS = 8;

/** A canonical Huffman code, made for decoding. */
export interface HuffmanTable {
  /** For each next 8 bits: length of the code << 8 | value, or 0 where the code is longer. */
  readonly lookup: Uint16Array;
  /** By length: the last code of that length, or -1; and what to add to a code to find its value. */
  readonly last: Int32Array;
  readonly shift: Int32Array;
  readonly values: Uint8Array;
}

/** `counts[i]` codes have i + 1 bits; `values` in the order of their codes. Throws `ImageError` for an impossible code. */
export function huffmanTable(counts: Uint8Array, values: Uint8Array): HuffmanTable {
  const lookup = new Uint16Array(1 << LOOKUP_BITS);
  const last = new Int32Array(17).fill(-1);
  const shift = new Int32Array(17);
  let code = 0;
  let index = 0;
  for (let length = 1; length <= 16; length += 1) {
    const count = counts[length - 1]!;
    if (code + count > 1 << length) throw damaged("one of its Huffman tables is impossible");
    shift[length] = index - code;
    for (let i = 0; i < count; i += 1, code += 1, index += 1) {
      if (length > LOOKUP_BITS) continue;
      const first = code << (LOOKUP_BITS - length);
      lookup.fill((length << 8) | values[index]!, first, first + (1 << (LOOKUP_BITS - length)));
    }
    if (count > 0) last[length] = code - 1;
    code <<= 1;
  }
  return { lookup, last, shift, values };
}

/** Reads bits from the entropy-coded bytes of one scan. Reading past their end throws: nothing is made up. */
export class BitReader {
  readonly #bytes: Uint8Array;
  #position: number;
  #buffer = 0;
  /** Bits in the buffer, and how many of them are zeros that no byte of the file stands behind. */
  #count = 0;
  #padded = 0;

  constructor(bytes: Uint8Array, position: number) {
    this.#bytes = bytes;
    this.#position = position;
  }

  #fill(): void {
    while (this.#count <= 24) {
      let byte = this.#bytes[this.#position];
      if (byte === 0xff) {
        if (this.#bytes[this.#position + 1] === 0) this.#position += 2;
        else byte = undefined;
      } else if (byte !== undefined) this.#position += 1;
      if (byte === undefined) this.#padded += 8;
      this.#buffer = (this.#buffer << 8) | (byte ?? 0);
      this.#count += 8;
    }
  }

  #take(bits: number): void {
    this.#count -= bits;
    if (this.#count >= this.#padded) return;
    // A lone 0xff at the very end is half of a marker.
    if (this.#position >= this.#bytes.length - 1) throw truncated("in the middle of its pixels");
    throw damaged("some of its pixels are missing");
  }

  /** The next `bits` (0 to 16) as an unsigned number. */
  bits(bits: number): number {
    if (bits === 0) return 0;
    if (this.#count < bits) this.#fill();
    const value = (this.#buffer >>> (this.#count - bits)) & ((1 << bits) - 1);
    this.#take(bits);
    return value;
  }

  /** A number of `bits` in JPEG's signed form: the lower half of the codes are the negative numbers. */
  signed(bits: number): number {
    const value = this.bits(bits);
    return bits === 0 || value >= 1 << (bits - 1) ? value : value - (1 << bits) + 1;
  }

  /** The value of the next Huffman code. */
  code(table: HuffmanTable): number {
    if (this.#count < 16) this.#fill();
    const entry = table.lookup[(this.#buffer >>> (this.#count - LOOKUP_BITS)) & 0xff]!;
    if (entry !== 0) {
      this.#take(entry >> 8);
      return entry & 0xff;
    }
    const next = (this.#buffer >>> (this.#count - 16)) & 0xffff;
    for (let length = LOOKUP_BITS + 1; length <= 16; length += 1) {
      const code = next >>> (16 - length);
      if (code > table.last[length]!) continue;
      this.#take(length);
      return table.values[code + table.shift[length]!]!;
    }
    this.#take(16);
    throw damaged("its pixels hold a code that is in no table");
  }

  /** Drops what is left of a byte and steps over a restart marker, which must be next. */
  restart(): void {
    let at = this.#markerAfter();
    const marker = this.#bytes[at + 1];
    if (marker === undefined) throw truncated("in the middle of its pixels");
    if (marker < 0xd0 || marker > 0xd7) throw damaged("a restart marker is missing among its pixels");
    at += 2;
    this.#position = at;
    this.#buffer = this.#count = this.#padded = 0;
  }

  /** Offset of the marker that follows the scan, or the length of the file. */
  end(): number {
    return this.#markerAfter();
  }

  #markerAfter(): number {
    const bytes = this.#bytes;
    // Only whole bytes that were read ahead can lie behind; none of them is a marker.
    for (let at = this.#position; at < bytes.length - 1; at += 1) {
      const next = bytes[at + 1]!;
      if (bytes[at] === 0xff && next !== 0 && next !== 0xff) return at;
    }
    return bytes.length;
  }
}
