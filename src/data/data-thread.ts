/** A thread that reads data, seen from outside: it makes batches, or says what is in examples. */
import { existsSync } from "node:fs";
import { Worker } from "node:worker_threads";
import type { ExampleFacts } from "./check/example-facts.js";
import type { BatchJob, DataAnswer, DataJob, DataThreadData } from "./data-worker.js";
import { DataError } from "./dataset.js";
import type { MadeBatch } from "./make-batch.js";

interface Waiting {
  readonly job: DataJob;
  resolve(answer: DataAnswer): void;
  reject(reason: unknown): void;
}

/** Of lists and names in the thread: pixels are not on its heap. */
const HEAP_MIB = 1024;

/** It keeps no process alive: whoever waits for an answer has to. */
export class DataThread {
  readonly #worker: Worker;
  /** In the order of their jobs, in which they are answered. */
  readonly #waiting: Waiting[] = [];
  #gone: unknown = null;

  constructor(data: DataThreadData, program: URL = builtProgram(), heapMib: number = HEAP_MIB) {
    this.#worker = new Worker(program, {
      workerData: data,
      // What Node was started with may be for its main program alone (`--input-type`).
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: heapMib },
    });
    this.#worker.on("message", (answer: DataAnswer) => this.#answered(answer));
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
  async make(job: BatchJob): Promise<MadeBatch> {
    const answer = await this.#ask(job);
    if ("made" in answer) return answer.made;
    throw new Error("a thread that reads data gave no batch");
  }

  /** @throws {DataError} where the dataset is not there; what is wrong with the example itself is a fact. */
  async facts(example: number): Promise<ExampleFacts> {
    const answer = await this.#ask({ example });
    if ("facts" in answer) return answer.facts;
    throw new Error("a thread that reads data gave no facts");
  }

  #ask(job: DataJob): Promise<DataAnswer> {
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

  #answered(answer: DataAnswer): void {
    const waiting = this.#waiting.shift();
    // Nobody waits for what comes while the thread is being ended, which has to be waited for itself.
    if (!waiting) return;
    if (this.#waiting.length === 0) this.#worker.unref();
    if ("made" in answer || "facts" in answer) return waiting.resolve(answer);
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

function tooLarge(job: DataJob | undefined, cause: unknown): DataError {
  const which = job === undefined ? "" : ` while it ${workOf(job)}`;
  return new DataError(
    `a thread that reads data ran out of memory${which}`,
    ["make the batch smaller, or the pictures; `fcnc data check` lists their sizes"],
    { cause },
  );
}

const workOf = (job: DataJob): string =>
  "example" in job
    ? `read image ${job.example} of the list`
    : `made images ${job.first} to ${job.first + job.count - 1} of the order`;

/** The one with the least to do. */
export const leastBusy = (threads: readonly DataThread[]): DataThread | undefined =>
  threads.toSorted((a, b) => a.busy - b.busy)[0];

/** The built one, which lies beside this file in the build; sources find it there too, as Node does not run them. */
function builtProgram(): URL {
  const beside = new URL("./data-worker.js", import.meta.url);
  return existsSync(beside) ? beside : new URL("../../dist/data-worker.js", import.meta.url);
}
