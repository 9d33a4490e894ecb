import { open, rename, rm, type FileHandle } from "node:fs/promises";
import { reasonOf, WeightsError } from "../errors.js";

/** A file that is being written, from its start on. */
export class FileWriter {
  readonly #handle: FileHandle;
  #position = 0;

  constructor(handle: FileHandle) {
    this.#handle = handle;
  }

  /** Bytes written so far, but for those of `patch`. */
  get position(): number {
    return this.#position;
  }

  async write(bytes: Uint8Array): Promise<void> {
    await this.patch(this.#position, bytes);
    this.#position += bytes.length;
  }

  /** Writes over what was written before. */
  async patch(position: number, bytes: Uint8Array): Promise<void> {
    for (let done = 0; done < bytes.length;)
      done += (await this.#handle.write(bytes, done, bytes.length - done, position + done)).bytesWritten;
  }
}

/**
 * Writes a file under another name beside its place. It takes its name when `fill` is done; when that fails, what was
 * there before stays, and nothing is left beside it.
 *
 * @throws {WeightsError} when the system refuses; otherwise whatever `fill` throws.
 */
export async function writeAside(path: string, fill: (file: FileWriter) => Promise<void>): Promise<void> {
  const partial = `${path}.partial-${process.pid}`;
  let handle: FileHandle | null = null;
  try {
    handle = await open(partial, "w");
    await fill(new FileWriter(handle));
    await handle.close();
    handle = null;
    await rename(partial, path);
  } catch (error) {
    await handle?.close().catch(() => undefined);
    await rm(partial, { force: true }).catch(() => undefined);
    if (error instanceof Error && "syscall" in error)
      throw new WeightsError(`${path}: ${reasonOf(error)}`, { cause: error });
    throw error;
  }
}
