/**
 * Walks protobuf's wire format in a file through a window, so that gigabytes of data are stepped over and not read.
 * (`@bufbuild/protobuf/wire` wants the whole message in memory.)
 */
import { WeightsError } from "../errors.js";
import type { RandomAccessFile } from "./file.js";
import { beyond, type ReadLimits } from "./limits.js";

const WINDOW_BYTES = 256 * 1024;
/** Texts of a message: names, types. Longer ones are stepped over. */
const TEXT_BYTES = 4096;
/** For the limit on fields. */
const BYTES_PER_FIELD = 10;

export const WIRE = { varint: 0, fixed64: 1, bytes: 2, startGroup: 3, endGroup: 4, fixed32: 5 } as const;

export interface Tag {
  readonly field: number;
  readonly wire: number;
}

export class ProtobufCursor {
  /** Of the next byte, from the start of the file. */
  position = 0;
  #fields = 0;
  readonly #window: Uint8Array;
  #windowStart = 0;
  #windowEnd = 0;

  constructor(
    readonly file: RandomAccessFile,
    readonly limits: ReadLimits,
    /** What the file is taken for, for messages. */
    readonly kind: string,
  ) {
    this.#window = new Uint8Array(Math.min(WINDOW_BYTES, Math.max(file.size, 1)));
  }

  fail(what: string): WeightsError {
    return new WeightsError(
      `${this.file.path}: ${what}, at byte ${this.position}. The file is damaged or is no ${this.kind}; get it anew.`,
    );
  }

  /** The next field of a message that ends at `end`, or null there. */
  async tag(end: number): Promise<Tag | null> {
    if (this.position >= end) return null;
    // Each costs time and most cost memory; an honest field has its length and data behind the tag.
    const most = Math.ceil(this.limits.headerBytes / BYTES_PER_FIELD);
    if (++this.#fields > most)
      throw beyond(this.file.path, `it has more than the ${most} fields that are read`, "headerBytes");
    const tag = await this.varint(end);
    const field = Math.floor(tag / 8);
    const wire = tag % 8;
    if (field < 1 || field >= 2 ** 29 || wire > WIRE.fixed32) throw this.fail("it has a field that protobuf has not");
    return { field, wire };
  }

  /** Whole and exact up to 2^53; what is negative in the file is beyond. */
  async varint(end: number): Promise<number> {
    if (this.position < this.#windowStart || this.position + 10 > this.#windowEnd) await this.#see(1);
    let value = 0;
    for (let index = 0, unit = 1; index < 10; index++, unit *= 128) {
      if (this.position >= end) throw this.fail("a number reaches over the end of its message");
      if (this.position >= this.#windowEnd) await this.#see(1);
      const byte = this.#window[this.position++ - this.#windowStart] ?? 0;
      value += (byte & 0x7f) * unit;
      if (byte < 0x80) return value;
    }
    throw this.fail("a number has more than ten bytes");
  }

  /** The end of a message or text that starts here, of which its length says no more than `end` holds. */
  async delimited(end: number): Promise<number> {
    const length = await this.varint(end);
    if (length > end - this.position)
      throw this.fail(`a part of ${length} bytes is announced where ${end - this.position} are left`);
    return this.position + length;
  }

  async text(end: number): Promise<string> {
    const to = await this.delimited(end);
    if (to - this.position > TEXT_BYTES) throw this.fail(`a name has more than ${TEXT_BYTES} bytes`);
    const bytes = new Uint8Array(to - this.position);
    await this.#see(bytes.length);
    bytes.set(this.#window.subarray(this.position - this.#windowStart, to - this.#windowStart));
    this.position = to;
    return new TextDecoder().decode(bytes);
  }

  /** Steps over a field's value. */
  async skip({ field, wire }: Tag, end: number, depth = 0): Promise<void> {
    if (wire === WIRE.varint) await this.varint(end);
    else if (wire === WIRE.bytes) this.position = await this.delimited(end);
    else if (wire === WIRE.fixed32) this.step(4, end);
    else if (wire === WIRE.fixed64) this.step(8, end);
    else if (wire === WIRE.endGroup) throw this.fail("a group ends that never began");
    else {
      if (depth >= this.limits.nesting)
        throw beyond(this.file.path, `groups lie deeper than ${this.limits.nesting} in one another`, "nesting");
      for (;;) {
        const inner = await this.tag(end);
        if (inner === null) throw this.fail("a group never ends");
        if (inner.wire !== WIRE.endGroup) await this.skip(inner, end, depth + 1);
        else if (inner.field === field) return;
        else throw this.fail("groups overlap");
      }
    }
  }

  step(bytes: number, end: number): void {
    if (bytes > end - this.position) throw this.fail("a number reaches over the end of its message");
    this.position += bytes;
  }

  /**
   * How often a run of bytes comes again from here on: `pattern`, then `gap` bytes of whatever. Moves behind the last.
   * What numbers that are not packed look like: tag, number, tag, number.
   */
  async repeats(pattern: Uint8Array, gap: number, end: number): Promise<number> {
    const stride = pattern.length + gap;
    let count = 0;
    while (end - this.position >= stride) {
      await this.#see(stride);
      const last = Math.min(this.#windowEnd, end) - stride;
      let at = this.position;
      while (at <= last && this.#isAt(pattern, at)) {
        at += stride;
        count++;
      }
      const matches = at > last;
      this.position = at;
      if (!matches) return count;
    }
    return count;
  }

  #isAt(pattern: Uint8Array, position: number): boolean {
    for (let index = 0; index < pattern.length; index++)
      if (this.#window[position - this.#windowStart + index] !== pattern[index]) return false;
    return true;
  }

  /** Moves the window so that it holds the next `bytes`. */
  async #see(bytes: number): Promise<void> {
    if (this.position >= this.#windowStart && this.position + bytes <= this.#windowEnd) return;
    const read = await this.file.readUpTo(this.position, this.#window);
    this.#windowStart = this.position;
    this.#windowEnd = this.position + read;
    if (read < bytes) throw this.fail("it ends in the middle");
  }
}
