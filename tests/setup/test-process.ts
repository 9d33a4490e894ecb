/** The process of a test file, as vitest has it, which also keeps how it died where nobody had told it to end. */
import { setTimeout } from "node:timers/promises";
import { ForksPoolWorker, type PoolOptions, type PoolRunnerInitializer, type WorkerRequest } from "vitest/node";

export interface Death {
  /** `SIGSEGV`, or `exit code 3`. */
  readonly end: string;
  /** The last that it wrote past vitest, as native code and the engine of JavaScript do in their last moment. */
  readonly words: Promise<string>;
}

/** By the test file that died. */
export type Deaths = Map<string, Death>;

const WORDS_KEPT = 2000;
/** Milliseconds for what is on its way: a process that it started, and that goes on, may hold the pipe open. */
const PATIENCE = 500;

class TestProcess extends ForksPoolWorker {
  readonly #deaths: Deaths;
  #files: readonly string[] = [];
  #stopped = false;

  constructor(options: PoolOptions, deaths: Deaths) {
    super(options);
    this.#deaths = deaths;
  }

  override async start(): Promise<void> {
    await super.start();
    let words = "";
    this["fork"].stderr?.on("data", (data: Buffer) => {
      words = (words + data.toString()).slice(-WORDS_KEPT);
    });
    this.on("exit", (code: number | null, signal?: NodeJS.Signals | null) => {
      if (this.#stopped) return;
      const read = new Promise((resolve) => this.on("close", resolve));
      const death: Death = {
        end: signal ?? `exit code ${code}`,
        words: Promise.race([read, setTimeout(PATIENCE)]).then(() => words),
      };
      for (const file of this.#files) this.#deaths.set(file, death);
    });
  }

  override send(message: WorkerRequest): void {
    if (message.type === "run") this.#files = message.context.files.map(({ filepath }) => filepath);
    super.send(message);
  }

  override stop(): Promise<void> {
    this.#stopped = true;
    return super.stop();
  }
}

/** For vitest's `pool`: a process for each test file, as without it, and its death, if any, in `deaths`. */
export const testProcesses = (deaths: Deaths): PoolRunnerInitializer => ({
  name: "test-processes",
  createPoolWorker: (options) => new TestProcess(options, deaths),
});
