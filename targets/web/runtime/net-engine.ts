/** The part of the module that runs nets: as a worker's program, or in the page where there can be no worker. */
import { FcnError, say } from "./errors.js";
import type { LoadedGraph } from "./graph.js";
import type { EngineLike, FromWorker, Loaded, LoadRequest, Segmented, SegmentRequest, ToWorker } from "./protocol.js";
import { inTurn } from "./page-wide.js";
import type * as Run from "./run.js";
import type { LoadProgress, MemoryUse, SegmentProgress } from "./types.js";

const GIBIBYTE = 2 ** 30;

/** Bytes for a run's maps: a quarter of what the device says it has, which is 8 GiB at most. */
function memoryAllowed(): number {
  const { deviceMemory = 4 } = navigator as { deviceMemory?: number };
  return Math.min(1.5 * GIBIBYTE, Math.max(GIBIBYTE / 4, (deviceMemory * GIBIBYTE) / 4));
}

/** It lies beside the engine, which is small so that it asks early for all that it needs. */
async function fetchRun(): Promise<typeof Run.run> {
  try {
    return (await import("./run.js")).run;
  } catch (error) {
    throw new FcnError("network", `A part of the engine, which lies beside it, cannot be fetched: ${String(error)}`);
  }
}

/** Fetches a bundle and starts its net on a runtime: all that differs from one runtime to another. */
export type OpenGraph = (
  request: LoadRequest,
  onProgress: (progress: LoadProgress) => void,
  signal: AbortSignal,
) => Promise<LoadedGraph>;

export class NetEngine implements EngineLike {
  readonly #open: OpenGraph;
  #graph: LoadedGraph | null = null;
  #run: typeof Run.run | null = null;
  #memory = 0;

  constructor(open: OpenGraph) {
    this.#open = open;
  }

  load(request: LoadRequest, onProgress: (progress: LoadProgress) => void, signal: AbortSignal): Promise<Loaded> {
    return inTurn(async () => {
      const fetching = fetchRun();
      // Of what is wrong first is told first.
      fetching.catch(() => undefined);
      const graph = await this.#open(request, onProgress, signal);
      this.#run = await fetching.catch((error: unknown) => {
        graph.dispose();
        throw error;
      });
      this.#graph = graph;
      this.#memory = request.memory ?? memoryAllowed();
      const { facts, started } = graph;
      const refused = facts.browser.tilingRefused;
      const notes = refused === null ? [] : [`Large pictures cannot be run in tiles: ${refused}.`];
      return { facts, backend: started.backend, passedOver: started.passedOver, notes };
    });
  }

  segment(
    request: SegmentRequest,
    onProgress: (progress: SegmentProgress) => void,
    signal: AbortSignal,
  ): Promise<Segmented> {
    return inTurn(() => {
      signal.throwIfAborted();
      if (!this.#graph || !this.#run) throw new Error("there is no net");
      return this.#run(this.#graph, request, this.#memory, onProgress, signal);
    });
  }

  memory(): Promise<MemoryUse> {
    return Promise.resolve(this.#graph?.memory() ?? { tensors: 0, bytes: 0 });
  }

  dispose(): void {
    const graph = this.#graph;
    this.#graph = null;
    // Of a graphics processor that is gone nothing can be freed.
    inTurn(async () => graph?.dispose()).catch(() => undefined);
  }
}

/** The parts of a dedicated worker's scope that are used. */
interface WorkerScope {
  addEventListener(type: "message", listener: (event: { readonly data: ToWorker }) => void): void;
  postMessage(message: FromWorker, transfer?: Transferable[]): void;
}

/** Answers a page's messages from a worker. */
export function serve(engine: EngineLike): void {
  const scope = globalThis as unknown as WorkerScope;
  const running = new Map<number, AbortController>();
  const answer = async (message: ToWorker, { signal }: AbortController): Promise<void> => {
    const { id } = message;
    const onProgress = (progress: LoadProgress) => scope.postMessage({ id, progress });
    try {
      if (message.call === "load") {
        scope.postMessage({ id, value: await engine.load(message.request, onProgress, signal) });
      } else if (message.call === "memory") {
        scope.postMessage({ id, value: await engine.memory() });
      } else if (message.call === "segment") {
        const value = await engine.segment(message.request, onProgress, signal);
        const buffers = value.heads.flatMap(({ mask, scores }) => [mask.buffer, ...(scores ? [scores.buffer] : [])]);
        // Two outputs may be one value.
        scope.postMessage({ id, value }, [...new Set(buffers)] as ArrayBuffer[]);
      }
    } catch (error) {
      scope.postMessage({ id, error: say(error) });
    } finally {
      running.delete(id);
    }
  };
  scope.addEventListener("message", ({ data }) => {
    if (data.call === "abort") {
      running.get(data.id)?.abort();
      return;
    }
    const controller = new AbortController();
    running.set(data.id, controller);
    void answer(data, controller);
  });
  scope.postMessage({ ready: true });
}
