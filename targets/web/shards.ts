import { createHash } from "node:crypto";
import { open, type FileHandle } from "node:fs/promises";
import { join } from "node:path";
import type { WrittenFile } from "../target.js";

/** What TF.js's own converter takes: browsers cache files of this size. */
export const SHARD_BYTES = 4 * 1024 * 1024;

/** `group1-shard1of129.bin`, ... as `tensorflowjs_converter` names them. */
export function shardNames(bytes: number, shardBytes: number): string[] {
  const shards = Math.ceil(bytes / shardBytes);
  return Array.from({ length: shards }, (_, index) => `group1-shard${index + 1}of${shards}.bin`);
}

/** Writes bytes one after another as files of equal size, the last one shorter. */
export class ShardWriter {
  readonly written: WrittenFile[] = [];
  readonly #folder: string;
  readonly #names: readonly string[];
  readonly #shardBytes: number;
  #file: FileHandle | null = null;
  #bytes = 0;
  #hash = createHash("sha256");

  constructor(folder: string, names: readonly string[], shardBytes: number) {
    this.#folder = folder;
    this.#names = names;
    this.#shardBytes = shardBytes;
  }

  async write(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length;) {
      this.#file ??= await open(join(this.#folder, this.#name()), "w");
      const length = Math.min(bytes.length - at, this.#shardBytes - this.#bytes);
      const { bytesWritten } = await this.#file.write(bytes, at, length);
      this.#hash.update(bytes.subarray(at, at + bytesWritten));
      at += bytesWritten;
      this.#bytes += bytesWritten;
      if (this.#bytes === this.#shardBytes) await this.close();
    }
  }

  /** Ends the file that is open, if any: after the last byte, and when something failed. */
  async close(): Promise<void> {
    if (this.#file === null) return;
    const file = this.#file;
    this.#file = null;
    await file.close();
    this.written.push({ path: this.#name(), bytes: this.#bytes, sha256: this.#hash.digest("hex") });
    this.#bytes = 0;
    this.#hash = createHash("sha256");
  }

  #name(): string {
    const name = this.#names[this.written.length];
    if (name === undefined) throw new RangeError("more bytes of weights than the graph declares");
    return name;
  }
}
