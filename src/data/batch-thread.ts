/** A thread that makes batches, seen from outside. */
import { existsSync } from "node:fs";
import { Worker } from "node:worker_threads";
import type { BatchAnswer, BatchJob, BatchThreadData } from "./batch-worker.js";
import { DataError } from "./dataset.js";
import type { MadeBatch } from "./make-batch.js";

interface Waiting {
  readonly job: BatchJob;
  resolve(made: MadeBatch): void;
  reject(reason: unknown): void;
}

/** Of lists and names in the thread: pixels are not on its heap. */
const HEAP_MIB = 1024;

/** It keeps no process alive: whoever waits for a batch has to. */
export class BatchThread {
  readonly #worker: Worker;
  /** In the order of their jobs, in which they are answered. */
  readonly #waiting: Waiting[] = [];
  #gone: unknown = null;

  constructor(data: BatchThreadData, program: URL = builtProgram(), heapMib: number = HEAP_MIB) {
    this.#worker = new Worker(program, {
      workerData: data,
      // What Node was started with may be for its main program alone (`--input-type`).
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: heapMib },
    });
    this.#worker.on("message", (answer: BatchAnswer) => this.#answered(answer));
    this.#worker.on("error", (error) => this.#ended(error));
    this.#worker.on("exit", (code) =>
      this.#ended(new Error(`a thread that reads data ended by itself (code ${code})`)),
    );
    this.#worker.unref();
  }

  /** Jobs that are not answered yet. */
  get busy(): number {
    return this.#waiting.length;
  }

  /** @throws {DataError} as `BatchMaker.make`; an `Error` when the thread ended. */
  make(job: BatchJob): Promise<MadeBatch> {
    return new Promise((resolve, reject) => {
      if (this.#gone !== null) return reject(this.#gone);
      this.#waiting.push({ job, resolve, reject });
      this.#worker.ref();
      this.#worker.postMessage(job);
    });
  }

  /** Whatever it is busy with; those who wait are told `reason`. */
  async end(reason: unknown): Promise<void> {
    this.#ended(reason);
    await this.#worker.terminate();
  }

  #answered(answer: BatchAnswer): void {
    const waiting = this.#waiting.shift();
    // Nobody waits for what comes while the thread is being ended, which has to be waited for itself.
    if (!waiting) return;
    if (this.#waiting.length === 0) this.#worker.unref();
    if ("made" in answer) return waiting.resolve(answer.made);
    if ("bug" in answer) return waiting.reject(new Error(`a thread that reads data failed:\n${answer.bug}`));
    const { message, help, fault } = answer.refused;
    waiting.reject(new DataError(message, help, { fault }));
  }

  #ended(error: unknown): void {
    this.#gone ??= outOfMemory(error) ? tooLarge(this.#waiting[0]?.job, error) : error;
    for (const { reject } of this.#waiting.splice(0)) reject(this.#gone);
  }
}

const outOfMemory = (error: unknown): boolean =>
  error instanceof Error && "code" in error && error.code === "ERR_WORKER_OUT_OF_MEMORY";

function tooLarge(job: BatchJob | undefined, cause: unknown): DataError {
  const which = job ? ` while it made images ${job.first} to ${job.first + job.count - 1} of the order` : "";
  return new DataError(
    `a thread that reads data ran out of memory${which}`,
    ["make the batch smaller, or the pictures; `fcnc data check` lists their sizes"],
    { cause },
  );
}

/** The built one, which lies beside this file in the build; sources find it there too, as Node does not run them. */
function builtProgram(): URL {
  const beside = new URL("./batch-worker.js", import.meta.url);
  return existsSync(beside) ? beside : new URL("../../dist/batch-worker.js", import.meta.url);
}
