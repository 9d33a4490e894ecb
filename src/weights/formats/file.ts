import { open, type FileHandle } from "node:fs/promises";
import { reasonOf, WeightsError } from "../errors.js";
import { beyond, type ReadLimits } from "./limits.js";

/** A length that every system reads at once. */
const READ_BYTES = 256 * 1024 * 1024;

/** Where the bytes come from: a file that is open, or memory. */
interface Store {
  /** Fills `length` bytes of `into` from `offset` on with those at `position`, or as many as there are. */
  read(into: Uint8Array, offset: number, length: number, position: number): Promise<{ readonly bytesRead: number }>;
  close(): Promise<void>;
}

/** A file that is read by ranges. What the system says of it becomes a `WeightsError` that names it. */
export class RandomAccessFile {
  readonly #store: Store;

  private constructor(
    readonly path: string,
    /** Bytes in all. */
    readonly size: number,
    store: Store,
  ) {
    this.#store = store;
  }

  /** What lies in memory, read as a file of this name would be. */
  static of(path: string, bytes: Uint8Array): RandomAccessFile {
    const read = (into: Uint8Array, offset: number, length: number, position: number) => {
      const found = bytes.subarray(position, position + length);
      into.set(found, offset);
      return Promise.resolve({ bytesRead: found.length });
    };
    return new RandomAccessFile(path, bytes.length, { read, close: () => Promise.resolve() });
  }

  /** @throws {WeightsError} when there is none, when it is a folder, or larger than the limit. */
  static async open(path: string, limits: ReadLimits): Promise<RandomAccessFile> {
    let handle: FileHandle | null = null;
    try {
      handle = await open(path, "r");
      const stat = await handle.stat();
      if (stat.isDirectory()) throw new WeightsError(`${path}: it is a folder, not a file`);
      if (!stat.isFile()) throw new WeightsError(`${path}: it is no ordinary file`);
      if (stat.size > limits.fileBytes)
        throw beyond(path, `it has ${stat.size} bytes, and at most ${limits.fileBytes} are read`, "fileBytes");
      return new RandomAccessFile(path, stat.size, handle);
    } catch (error) {
      await handle?.close();
      if (error instanceof WeightsError) throw error;
      throw new WeightsError(`${path}: ${reasonOf(error)}`, { cause: error });
    }
  }

  /** Fills `bytes` from `position` on, or as much of it as the file has. Returns how many bytes were read. */
  async readUpTo(position: number, bytes: Uint8Array): Promise<number> {
    let done = 0;
    try {
      while (done < bytes.length) {
        const length = Math.min(READ_BYTES, bytes.length - done);
        const { bytesRead } = await this.#store.read(bytes, done, length, position + done);
        if (bytesRead === 0) break;
        done += bytesRead;
      }
    } catch (error) {
      throw new WeightsError(`${this.path}: ${reasonOf(error)}`, { cause: error });
    }
    return done;
  }

  /**
   * Fills `bytes` from `position` on.
   * @param what is read, for the message: `tensor \`conv1.weight\``
   * @throws {WeightsError} when the file ends before.
   */
  async read(position: number, bytes: Uint8Array, what: string): Promise<void> {
    if ((await this.readUpTo(position, bytes)) < bytes.length)
      throw new WeightsError(`${this.path}: it ends within ${what}. Has it changed meanwhile?`);
  }

  async close(): Promise<void> {
    await this.#store.close();
  }
}
