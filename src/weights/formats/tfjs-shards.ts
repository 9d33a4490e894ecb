import { WeightsError } from "../errors.js";
import { RandomAccessFile } from "./file.js";
import type { ReadLimits } from "./limits.js";
import type { Shard } from "./tfjs-files.js";

/** Shards as one row of bytes. The one that was read last stays open. */
export class ShardReader {
  readonly #shards: readonly Shard[];
  /** Where each begins. */
  readonly #starts: readonly number[];
  readonly #limits: ReadLimits;
  #open: { readonly index: number; readonly file: RandomAccessFile } | null = null;

  constructor(shards: readonly Shard[], limits: ReadLimits) {
    let start = 0;
    this.#starts = shards.map(({ bytes }) => {
      start += bytes;
      return start - bytes;
    });
    this.#shards = shards;
    this.#limits = limits;
  }

  /** @throws {WeightsError} when a shard ends before: it has changed since it was found. */
  async read(position: number, into: Uint8Array, what: string): Promise<void> {
    let done = 0;
    for (let index = this.#find(position); done < into.length; index++) {
      const shard = this.#shards[index];
      const start = this.#starts[index];
      if (shard === undefined || start === undefined) throw new WeightsError(`${what} lies beyond the last file`);
      const from = position + done - start;
      const piece = into.subarray(done, done + Math.min(into.length - done, shard.bytes - from));
      if (piece.length > 0) await (await this.#fileOf(index, shard)).read(from, piece, what);
      done += piece.length;
    }
  }

  async #fileOf(index: number, shard: Shard): Promise<RandomAccessFile> {
    if (this.#open?.index !== index) {
      await this.close();
      this.#open = { index, file: await RandomAccessFile.open(shard.file, this.#limits) };
    }
    return this.#open.file;
  }

  /** The last shard that begins at or before a position. */
  #find(position: number): number {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#starts[middle] ?? 0) <= position) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  async close(): Promise<void> {
    const open = this.#open;
    this.#open = null;
    await open?.file.close();
  }
}
