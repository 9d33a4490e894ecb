import { FcnError, heard } from "./errors.js";
import { crossOrigin } from "./pixels.js";
import type {
  EngineLike,
  FromWorker,
  Loaded,
  LoadRequest,
  Picture,
  Segmented,
  SegmentRequest,
  ToWorker,
} from "./protocol.js";
import type { LoadProgress, MemoryUse, SegmentProgress } from "./types.js";

type Call<Message> = Message extends { readonly id: number } ? Omit<Message, "id"> : never;

interface Waiting {
  resolve(value: never): void;
  reject(reason: unknown): void;
  onProgress(progress: LoadProgress & SegmentProgress): void;
}

/** An engine in a worker, asked by messages. */
export class WorkerEngine implements EngineLike {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  #calls = 0;
  /** A worker that has ended never answers. */
  #ended: FcnError | null = null;

  private constructor(worker: Worker) {
    this.#worker = worker;
    worker.addEventListener("message", ({ data }: MessageEvent<FromWorker>) => this.#hear(data));
    worker.addEventListener("error", ({ message }) => {
      this.#end(new FcnError("crashed", `The worker that runs the net has ended: ${message}. Load the net again.`));
    });
  }

  /** @throws where the browser, or a policy of the page, lets no worker start. */
  static start(worker: Worker): Promise<WorkerEngine> {
    return new Promise((resolve, reject) => {
      worker.addEventListener("message", () => resolve(new WorkerEngine(worker)), { once: true });
      worker.addEventListener(
        "error",
        ({ message = "" }) =>
          reject(new Error(message === "" ? "it cannot be fetched, or the page's policy forbids it" : message)),
        { once: true },
      );
    });
  }

  load(request: LoadRequest, onProgress: (progress: LoadProgress) => void, signal: AbortSignal): Promise<Loaded> {
    return this.#ask({ call: "load", request }, onProgress, signal);
  }

  async segment(
    request: SegmentRequest,
    onProgress: (progress: SegmentProgress) => void,
    signal: AbortSignal,
  ): Promise<Segmented> {
    const bitmaps = Object.values(request.pictures).flatMap((picture: Picture) =>
      picture.kind === "bitmap" ? [picture.bitmap] : [],
    );
    return this.#ask({ call: "segment", request }, onProgress, signal, bitmaps);
  }

  memory(): Promise<MemoryUse> {
    return this.#ask({ call: "memory" }, () => undefined, new AbortController().signal);
  }

  dispose(): void {
    this.#end(new FcnError("disposed", "The net was disposed of."));
  }

  #ask<Value extends Loaded | Segmented | MemoryUse>(
    call: Call<ToWorker>,
    onProgress: Waiting["onProgress"],
    signal: AbortSignal,
    transfer: Transferable[] = [],
  ): Promise<Value> {
    const id = ++this.#calls;
    if (this.#ended) return Promise.reject(this.#ended);
    return new Promise<Value>((resolve, reject) => {
      const stop = () => {
        this.#waiting.delete(id);
        this.#worker.postMessage({ id, call: "abort" } satisfies ToWorker);
        reject(signal.reason as Error);
      };
      const settled =
        <Given extends unknown[]>(settle: (...given: Given) => void) =>
        (...given: Given) => {
          signal.removeEventListener("abort", stop);
          settle(...given);
        };
      signal.throwIfAborted();
      signal.addEventListener("abort", stop, { once: true });
      this.#waiting.set(id, { resolve: settled(resolve), reject: settled(reject), onProgress });
      try {
        this.#worker.postMessage({ id, ...call }, transfer);
      } catch (error) {
        this.#waiting.delete(id);
        // A picture of another site can be drawn and not be handed on.
        settled(reject)(error instanceof DOMException && error.name === "DataCloneError" ? crossOrigin(error) : error);
      }
    });
  }

  #hear(message: FromWorker): void {
    if ("ready" in message) return;
    const waiting = this.#waiting.get(message.id);
    if (!waiting) return;
    if ("progress" in message) {
      waiting.onProgress(message.progress);
      return;
    }
    this.#waiting.delete(message.id);
    if ("error" in message) waiting.reject(heard(message.error));
    else waiting.resolve(message.value as never);
  }

  #end(reason: FcnError): void {
    this.#ended = reason;
    this.#worker.terminate();
    for (const { reject } of this.#waiting.values()) reject(reason);
    this.#waiting.clear();
  }
}
