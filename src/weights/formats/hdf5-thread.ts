/** The thread in which the HDF5 library reads one file, seen from outside. */
import { once } from "node:events";
import { existsSync } from "node:fs";
import { Worker } from "node:worker_threads";
import { WeightsError } from "../errors.js";
import type { Dataset, Piece } from "./hdf5-reader.js";
import type { Hdf5Answer, Hdf5Job, Hdf5Request } from "./hdf5-worker.js";
import { shorten } from "./names.js";

/** Of one answer: a piece of a few MiB takes a fraction of one, a list of 100,000 datasets about seven. */
export const ANSWER_SECONDS = 30;
/** Of names and lists in the thread; the library itself has up to 2 GiB by its build. */
const HEAP_MIB = 1024;

/** It has an end with `end`, and keeps no process alive while nothing is asked of it. */
export class Hdf5Thread {
  readonly #worker: Worker;
  readonly #path: string;
  readonly #seconds: number;
  /** Aborted when the thread is no more, by what is to be said then. */
  readonly #gone = new AbortController();

  /** @param seconds that the library may take for an answer */
  constructor(job: Hdf5Job, seconds: number) {
    this.#path = job.path;
    this.#seconds = seconds;
    // What Node was started with may be for its main program alone (`--input-type`).
    this.#worker = new Worker(program(), {
      workerData: job,
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: HEAP_MIB },
    });
    this.#worker.unref();
    // Who waits for an answer is told; nobody else needs to be.
    this.#worker.on("error", () => undefined);
    this.#worker.on("exit", () => this.#gone.abort(new WeightsError(`${job.path}: it was closed before it was read`)));
  }

  /** @throws {WeightsError} when the library is not installed, or when the file is damaged or exceeds a limit. */
  async datasets(): Promise<readonly Dataset[]> {
    // Loading the library takes as long as it takes, which is no fault of the file.
    await this.#ask("load the library", "the HDF5 library", null);
    const answer = await this.#ask("list datasets", "its list of datasets", this.#seconds);
    if (!("datasets" in answer)) throw new TypeError("the thread of HDF5 was asked for a list");
    return answer.datasets;
  }

  /** @throws {WeightsError} when it cannot be read. */
  async read(piece: Piece): Promise<Uint8Array> {
    const answer = await this.#ask(piece, `dataset \`${shorten(piece.dataset.name)}\``, this.#seconds);
    if (!("bytes" in answer)) throw new TypeError("the thread of HDF5 was asked for bytes");
    return answer.bytes;
  }

  /** Whatever it is busy with. */
  async end(): Promise<void> {
    await this.#worker.terminate();
  }

  /** @param what is read, for the message */
  async #ask(request: Hdf5Request, what: string, seconds: number | null): Promise<Hdf5Answer> {
    this.#gone.signal.throwIfAborted();
    const clock = seconds === null ? undefined : setTimeout(() => this.#stop(what, seconds), 1000 * seconds);
    this.#worker.ref();
    try {
      this.#worker.postMessage(request);
      const [answer] = (await once(this.#worker, "message", { signal: this.#gone.signal })) as [Hdf5Answer];
      if ("refused" in answer) throw new WeightsError(answer.refused);
      if ("bug" in answer) throw new Error(`the thread of HDF5 failed:\n${answer.bug}`);
      return answer;
    } catch (error) {
      if (hasCode(error, "ABORT_ERR")) this.#gone.signal.throwIfAborted();
      if (!hasCode(error, "ERR_WORKER_OUT_OF_MEMORY")) throw error;
      throw new WeightsError(
        `${this.#path}: ${what} takes more than ${HEAP_MIB} MiB of memory. The file is damaged or hostile; get it anew.`,
        { cause: error },
      );
    } finally {
      clearTimeout(clock);
      this.#worker.unref();
    }
  }

  #stop(what: string, seconds: number): void {
    this.#gone.abort(
      new WeightsError(
        `${this.#path}: ${what} keeps the HDF5 library busy without end: it was stopped after ${seconds} s, and ` +
          "nothing was read. The file is damaged or hostile; get it anew.",
      ),
    );
    void this.#worker.terminate();
  }
}

const hasCode = (error: unknown, code: string): boolean =>
  error instanceof Error && "code" in error && error.code === code;

/** The built one, which lies beside this file in the build; sources find it there too, as Node does not run them. */
function program(): URL {
  const beside = new URL("./hdf5-worker.js", import.meta.url);
  return existsSync(beside) ? beside : new URL("../../../dist/hdf5-worker.js", import.meta.url);
}
