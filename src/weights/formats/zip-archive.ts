import { Readable } from "node:stream";
import { crc32, createInflateRaw, type InflateRaw } from "node:zlib";
import { WeightsError } from "../errors.js";
import type { RandomAccessFile } from "./file.js";
import type { ReadLimits } from "./limits.js";
import { shorten } from "./names.js";
import type { ArrayBytes } from "./numpy-arrays.js";
import { readZipDirectory, type ZipMember } from "./zip-directory.js";

/** Compressed bytes that are read at once, and bytes that are inflated at once. */
const CHUNK_BYTES = 256 * 1024;

/**
 * A zip archive whose members are read by ranges. A deflated member is inflated on the way: what is read in order is
 * inflated once, and going back begins anew. A member that was read from its start to its end, in order, is held against
 * its CRC.
 */
export class ZipArchive {
  readonly members: readonly ZipMember[];
  readonly #file: RandomAccessFile;
  #inflating: { readonly member: ZipMember; readonly stream: Inflating } | null = null;

  private constructor(file: RandomAccessFile, members: readonly ZipMember[]) {
    this.#file = file;
    this.members = members;
  }

  /** @throws {WeightsError} */
  static async open(file: RandomAccessFile, limits: ReadLimits): Promise<ZipArchive> {
    return new ZipArchive(file, await readZipDirectory(file, limits));
  }

  /** The inflated bytes of a member. */
  bytesOf(member: ZipMember): ArrayBytes {
    const check = new Checksum(`${this.#file.path}: member \`${shorten(member.name)}\``, member);
    return {
      size: member.size,
      read: async (position, bytes, what) => {
        if (position + bytes.length > member.size) throw new RangeError(`${what} ends before`);
        if (member.deflated) await this.#inflate(member, position).read(position, bytes);
        else await this.#file.read(member.start + position, bytes, what);
        check.add(position, bytes);
      },
    };
  }

  /** A stream that has not passed `position` yet. */
  #inflate(member: ZipMember, position: number): Inflating {
    if (this.#inflating?.member !== member || this.#inflating.stream.position > position) {
      this.#inflating?.stream.end();
      this.#inflating = { member, stream: new Inflating(this.#file, member) };
    }
    return this.#inflating.stream;
  }

  async close(): Promise<void> {
    this.#inflating?.stream.end();
    await this.#file.close();
  }
}

/** A member that is being inflated. */
class Inflating {
  /** Of the next byte. */
  position = 0;
  readonly #title: string;
  readonly #source: Readable;
  readonly #inflate: InflateRaw;
  readonly #pieces: AsyncIterator<Uint8Array>;
  #rest: Uint8Array = new Uint8Array(0);

  constructor(file: RandomAccessFile, member: ZipMember) {
    this.#title = `${file.path}: member \`${shorten(member.name)}\``;
    this.#source = Readable.from(compressed(file, member), { objectMode: false, highWaterMark: CHUNK_BYTES });
    this.#inflate = createInflateRaw({ chunkSize: CHUNK_BYTES });
    this.#source.on("error", (error) => this.#inflate.destroy(error));
    this.#pieces = this.#source.pipe(this.#inflate)[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
  }

  async read(position: number, bytes: Uint8Array): Promise<void> {
    const end = position + bytes.length;
    while (this.position < end) {
      if (this.#rest.length === 0) await this.#next();
      // What lies before `position` is passed over.
      const skipped = Math.min(this.#rest.length, Math.max(0, position - this.position));
      const some = this.#rest.subarray(skipped, skipped + Math.max(0, end - this.position - skipped));
      if (some.length > 0) bytes.set(some, this.position + skipped - position);
      this.position += skipped + some.length;
      this.#rest = this.#rest.subarray(skipped + some.length);
    }
  }

  async #next(): Promise<void> {
    try {
      const { done, value } = await this.#pieces.next();
      if (done === true) throw new WeightsError(`${this.#title} ends early. ${DAMAGED}`);
      this.#rest = value;
    } catch (error) {
      if (error instanceof WeightsError) throw error;
      throw new WeightsError(`${this.#title} cannot be inflated. ${DAMAGED}`, { cause: error });
    }
  }

  end(): void {
    this.#source.destroy();
    this.#inflate.destroy();
  }
}

async function* compressed(file: RandomAccessFile, { name, start, compressed: length }: ZipMember) {
  for (let done = 0; done < length; done += CHUNK_BYTES) {
    const chunk = new Uint8Array(Math.min(CHUNK_BYTES, length - done));
    await file.read(start + done, chunk, `member \`${shorten(name)}\``);
    yield chunk;
  }
}

/** The CRC of a member as far as it was read in order. */
class Checksum {
  #position = 0;
  #crc = 0;

  constructor(
    readonly title: string,
    readonly member: ZipMember,
  ) {}

  add(position: number, bytes: Uint8Array): void {
    if (position === 0) this.#position = this.#crc = 0;
    else if (position !== this.#position) return;
    this.#crc = crc32(bytes, this.#crc);
    this.#position += bytes.length;
    if (this.#position === this.member.size && this.#crc !== this.member.crc)
      throw new WeightsError(`${this.title} is not what its checksum says. ${DAMAGED}`);
  }
}

const DAMAGED = "The archive is damaged; get it anew.";
