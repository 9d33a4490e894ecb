/** An event file of TensorBoard that grows as a run goes on. */
import { mkdir, open, type FileHandle } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { reasonOf } from "../weights/errors.js";
import { ReportError } from "./error.js";
import { eventFileName, firstEvent, scalarEvent } from "./tensorboard.js";

export class EventFile {
  readonly #handle: FileHandle;

  private constructor(
    readonly path: string,
    handle: FileHandle,
  ) {
    this.#handle = handle;
  }

  /**
   * Makes a new file in a folder, which is made where it is not there. A run that is resumed makes another, which
   * TensorBoard reads after it.
   * @throws {ReportError} when it cannot be written
   */
  static async open(folder: string): Promise<EventFile> {
    const now = Date.now();
    const path = join(folder, eventFileName(now, hostname()));
    try {
      await mkdir(folder, { recursive: true });
      const handle = await open(path, "a");
      await handle.appendFile(firstEvent(now / 1000));
      return new EventFile(path, handle);
    } catch (error) {
      throw refused(path, error);
    }
  }

  /** Scalars of a step, by tag: `loss`, `rate`, or of a validation those of `validationScalars`. */
  async append(step: number, scalars: Readonly<Record<string, number>>): Promise<void> {
    await this.#handle.appendFile(scalarEvent(Date.now() / 1000, step, scalars)).catch((error: unknown) => {
      throw refused(this.path, error);
    });
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }
}

const refused = (path: string, error: unknown): ReportError =>
  new ReportError(`${path} cannot be written: ${reasonOf(error)}`, [], { cause: error });
