import { FcnError } from "./errors.js";
import { requestJson } from "./fetching.js";
import type { EngineLike, Loaded, LoadRequest } from "./protocol.js";
import { describe, segmentationOf } from "./result.js";
import { picturesOf, release } from "./sources.js";
import type {
  Backend,
  ImageSource,
  LoadProgress,
  MemoryUse,
  Net,
  NetInput,
  NetOutput,
  Segmentation,
  SegmentOptions,
} from "./types.js";

/** An engine that was started, and why it is not a worker where that was wanted. */
export interface StartedEngine {
  readonly engine: EngineLike;
  readonly isWorker: boolean;
  readonly notes: readonly string[];
}

/** A load, before anything of the bundle is there. */
export type Wanted = Omit<LoadRequest, "manifest">;

export class LoadedNet implements Net {
  readonly #start: () => Promise<StartedEngine>;
  readonly #wanted: Wanted;
  #started: StartedEngine;
  #loaded: Loaded;
  /** Why it has to be loaded again: backends that were lost. */
  readonly #losses: string[] = [];
  #isLost = false;
  #isDisposed = false;
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(start: () => Promise<StartedEngine>, wanted: Wanted, started: StartedEngine, loaded: Loaded) {
    this.#start = start;
    this.#wanted = wanted;
    this.#started = started;
    this.#loaded = loaded;
  }

  static async load(
    start: () => Promise<StartedEngine>,
    wanted: Wanted,
    onProgress: (progress: LoadProgress) => void,
    signal: AbortSignal,
  ): Promise<LoadedNet> {
    const [started, loaded] = await open(start, wanted, onProgress, signal);
    return new LoadedNet(start, wanted, started, loaded);
  }

  get name(): string {
    return this.#loaded.facts.net;
  }

  get digest(): string {
    return this.#loaded.facts.digest;
  }

  get inputs(): readonly NetInput[] {
    return this.#loaded.facts.inputs;
  }

  get outputs(): readonly NetOutput[] {
    return this.#loaded.facts.outputs.map((output) => ({
      name: output.name,
      classes: Array.from({ length: output.classes }, (_, index) => describe(output, index)),
    }));
  }

  get backend(): Backend {
    return this.#loaded.backend;
  }

  get passedOver(): readonly string[] {
    return [...this.#losses, ...this.#loaded.passedOver];
  }

  get worker(): boolean {
    return this.#started.isWorker;
  }

  get notes(): readonly string[] {
    return [...this.#started.notes, ...this.#loaded.notes];
  }

  async segment(
    given: ImageSource | Readonly<Record<string, ImageSource>>,
    { scores = false, tile, onProgress = () => undefined, signal = new AbortController().signal }: SegmentOptions = {},
  ): Promise<Segmentation> {
    this.#throwIfDisposed();
    signal.throwIfAborted();
    const begun = performance.now();
    // What is on the page is read now, and not when others are done: a video goes on.
    const pictures = await orAborted(picturesOf(given, this.inputs), signal, release);
    const work = this.#turn.then(async () => {
      try {
        signal.throwIfAborted();
        this.#throwIfDisposed();
        if (this.#isLost) await this.#reopen(signal);
        const request = { pictures, scores, tile: tile ?? null };
        const segmented = await this.#started.engine.segment(request, onProgress, signal);
        this.#throwIfDisposed();
        return segmentationOf(segmented, this.#loaded.facts.outputs, performance.now() - begun);
      } catch (error) {
        if (error instanceof FcnError && (error.code === "context-lost" || error.code === "crashed")) {
          this.#isLost = true;
          this.#losses.push(`${this.backend.name}: ${error.message}`);
        }
        release(pictures);
        throw error;
      }
    });
    this.#turn = work.catch(() => undefined);
    return orAborted(work, signal);
  }

  async memory(): Promise<MemoryUse> {
    this.#throwIfDisposed();
    return this.#started.engine.memory();
  }

  dispose(): void {
    this.#isDisposed = true;
    this.#started.engine.dispose();
  }

  /** A backend that was lost twice is not trusted again while there are others. */
  async #reopen(signal: AbortSignal): Promise<void> {
    this.#started.engine.dispose();
    const { name } = this.backend;
    const isUnsteady = this.#losses.filter((loss) => loss.startsWith(`${name}:`)).length > 1;
    const others = this.#wanted.backends.filter((backend) => backend !== name);
    const backends = isUnsteady && others.length > 0 ? others : [name, ...others];
    const wanted = { ...this.#wanted, backends, quick: false };
    [this.#started, this.#loaded] = await open(this.#start, wanted, () => undefined, signal);
    this.#isLost = false;
    // It was disposed of while it was loaded anew.
    if (this.#isDisposed) this.dispose();
    this.#throwIfDisposed();
  }

  #throwIfDisposed(): void {
    if (this.#isDisposed) throw new FcnError("disposed", "The net was disposed of. Load it again.");
  }
}

async function open(
  start: () => Promise<StartedEngine>,
  wanted: Wanted,
  onProgress: (progress: LoadProgress) => void,
  signal: AbortSignal,
): Promise<readonly [StartedEngine, Loaded]> {
  signal.throwIfAborted();
  const asked = requestJson(new URL("bundle.json", wanted.address).href, signal);
  asked.catch(() => undefined);
  const started = await orAborted(start(), signal, ({ engine }) => engine.dispose());
  try {
    const manifest = await asked;
    return [started, await orAborted(started.engine.load({ ...wanted, manifest }, onProgress, signal), signal)];
  } catch (error) {
    // With the worker its requests end.
    started.engine.dispose();
    throw error;
  }
}

/** What cannot be interrupted is at least not waited for. @param free gets what comes after all */
function orAborted<Value>(
  work: Promise<Value>,
  signal: AbortSignal,
  free: (late: Value) => void = () => undefined,
): Promise<Value> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason as Error);
    if (signal.aborted) stop();
    signal.addEventListener("abort", stop, { once: true });
    work
      .then((value) => {
        if (signal.aborted) free(value);
        resolve(value);
      }, reject)
      .finally(() => signal.removeEventListener("abort", stop));
  });
}
