/**
 * The part of the module that runs nets: as a worker's program, or in the page where there can be no worker. TF.js is
 * fetched by it alone.
 */
import { say } from "./errors.js";
import { loadGraph, type LoadedGraph } from "./graph.js";
import {
  isOwnWorker,
  type EngineLike,
  type FromWorker,
  type Loaded,
  type LoadRequest,
  type Segmented,
  type SegmentRequest,
  type ToWorker,
} from "./protocol.js";
import { inTurn, pageWide } from "./page-wide.js";
import { run } from "./run.js";
import { givenTensorFlow, ownTensorFlow, type TensorFlow } from "./tensorflow.js";
import type { LoadProgress, MemoryUse, SegmentProgress, TensorFlowJs } from "./types.js";

const GIBIBYTE = 2 ** 30;

/** Bytes for a run's maps: a quarter of what the device says it has, which is 8 GiB at most. */
function memoryAllowed(): number {
  const { deviceMemory = 4 } = navigator as { deviceMemory?: number };
  return Math.min(1.5 * GIBIBYTE, Math.max(GIBIBYTE / 4, (deviceMemory * GIBIBYTE) / 4));
}

function sharedTensorFlow(): Promise<TensorFlow> {
  const own = (pageWide.tensorflow ??= ownTensorFlow());
  // What could not be fetched is asked for again the next time.
  own.catch(() => (pageWide.tensorflow = null));
  return own;
}

export class Engine implements EngineLike {
  readonly #tf: TensorFlowJs | null;
  #graph: LoadedGraph | null = null;
  #memory = 0;

  constructor(tf: TensorFlowJs | null = null) {
    this.#tf = tf;
  }

  load(request: LoadRequest, onProgress: (progress: LoadProgress) => void, signal: AbortSignal): Promise<Loaded> {
    return inTurn(async () => {
      const tensorflow = this.#tf ? Promise.resolve(givenTensorFlow(this.#tf)) : sharedTensorFlow();
      const graph = (this.#graph = await loadGraph(tensorflow, request, onProgress, signal));
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
      if (!this.#graph) throw new Error("there is no net");
      return run(this.#graph, request, this.#memory, onProgress, signal);
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

function serve(scope: WorkerScope): void {
  const engine = new Engine();
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
        scope.postMessage({ id, value }, buffers as ArrayBuffer[]);
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

if (isOwnWorker()) serve(globalThis as unknown as WorkerScope);
