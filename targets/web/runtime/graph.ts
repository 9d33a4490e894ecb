import type * as Core from "@tensorflow/tfjs-core";
import { activate, deviceOf, startBackend } from "./backends.js";
import { fetchBundle } from "./bundle.js";
import { watched } from "./capacity.js";
import { FcnError, isMemory } from "./errors.js";
import type { StartedBackend } from "./first-that-works.js";
import { awaitLoss } from "./loss.js";
import type { BundleFacts, LoadRequest } from "./protocol.js";
import type { TensorFlow, TensorFlowSource } from "./tensorflow.js";
import type { BackendName, LoadProgress, MemoryUse } from "./types.js";

export interface MapValue {
  readonly data: Float32Array | Int32Array | Uint8Array;
  /** NHWC of scores, NHW of classes. */
  readonly shape: readonly number[];
}

/** A net's graph on a backend. */
export interface LoadedGraph {
  readonly facts: BundleFacts;
  readonly started: StartedBackend;
  /**
   * Leaves no tensor behind.
   * @param inputs float32 [1, height, width, channels], by the input's name
   */
  run(inputs: Readonly<Record<string, MapValue>>, outputs: readonly string[]): Promise<MapValue[]>;
  memory(): MemoryUse;
  dispose(): void;
}

/** Fetches TF.js, a backend and the bundle's first files at once, and streams the weights into what was started. */
export async function loadGraph(
  source: TensorFlowSource,
  request: LoadRequest,
  onProgress: (progress: LoadProgress) => void,
  signal: AbortSignal,
): Promise<LoadedGraph> {
  const { bundle, weights } = fetchBundle(request, onProgress, signal);
  // If no backend starts, nobody waits for the bundle.
  bundle.catch(() => undefined);
  const largest = bundle.then(({ model }) => largestWeight(model.weightsManifest.flatMap((group) => group.weights)));
  largest.catch(() => undefined);
  let name: BackendName | null = null;
  try {
    const started = await startBackend(source, request, largest);
    ({ name } = started.backend);
    const tensorflow = await source.tensorflow;
    signal.throwIfAborted();
    const { facts, model, openGraphModel } = await bundle;
    const graph = await openGraphModel(tensorflow, model, weights);
    if (signal.aborted) graph.dispose();
    signal.throwIfAborted();
    return new Graph(tensorflow, facts, started, graph);
  } catch (error) {
    signal.throwIfAborted();
    throw name === null ? error : loadError(error, request.address, name);
  } finally {
    // Where they were not asked for, their requests end.
    void weights.return?.();
  }
}

/** Values of the largest weight. */
const largestWeight = (specs: readonly { readonly shape: readonly number[] }[]): number =>
  Math.max(0, ...specs.map(({ shape }) => shape.reduce((product, side) => product * side, 1)));

function loadError(error: unknown, address: string, backend: string): unknown {
  if (error instanceof FcnError) return error;
  const said = error instanceof Error ? error.message : String(error);
  if (isMemory(said)) return new FcnError("out-of-memory", `The weights do not fit into memory on ${backend}.`);
  return new FcnError("not-a-bundle", `${address} cannot be loaded: ${said}`, { cause: error });
}

class Graph implements LoadedGraph {
  readonly #tensorflow: TensorFlow;
  readonly #graph: Awaited<ReturnType<TensorFlow["loadGraphModel"]>>;
  readonly #weights: ReadonlySet<Core.Tensor>;
  #lost: string | null = null;

  constructor(
    tensorflow: TensorFlow,
    readonly facts: BundleFacts,
    readonly started: StartedBackend,
    graph: Awaited<ReturnType<TensorFlow["loadGraphModel"]>>,
  ) {
    this.#tensorflow = tensorflow;
    this.#graph = graph;
    this.#weights = new Set(Object.values(graph.weights).flat());
    void started.lost.then((reason) => (this.#lost = reason));
  }

  async run(inputs: Readonly<Record<string, MapValue>>, outputs: readonly string[]): Promise<MapValue[]> {
    const { core } = this.#tensorflow;
    const { backend, lost } = this.started;
    this.#throwIfLost();
    await activate(core, backend.name);
    const tensors: Core.Tensor[] = [];
    try {
      const named: Record<string, Core.Tensor> = {};
      for (const [name, { data, shape }] of Object.entries(inputs))
        tensors.push((named[name] = core.tensor(data, [...shape], "float32")));
      return await watched(deviceOf(core), async () => {
        const results = [this.#graph.execute(named, [...outputs])].flat();
        tensors.push(...results);
        const values: MapValue[] = [];
        for (const tensor of results) {
          // A lost context never answers.
          const data = await Promise.race([tensor.data(), lost.then(() => null)]);
          this.#throwIfLost();
          if (data instanceof Float32Array || data instanceof Int32Array) values.push({ data, shape: tensor.shape });
        }
        return values;
      });
    } catch (error) {
      await awaitLoss(this.started);
      this.#throwIfLost();
      const said = error instanceof Error ? error.message : String(error);
      if (isMemory(said))
        throw new FcnError("out-of-memory", `The picture does not fit into memory: ${said}`, { cause: error });
      throw error;
    } finally {
      // Who asks for a weight is given the graph's own tensor.
      core.dispose(tensors.filter((tensor) => !this.#weights.has(tensor)));
    }
  }

  #throwIfLost(): void {
    if (this.#lost !== null)
      throw new FcnError("context-lost", `The graphics processor is gone (${this.#lost}). The next call starts anew.`);
  }

  memory(): MemoryUse {
    const { numTensors, numBytes } = this.#tensorflow.core.memory();
    return { tensors: numTensors, bytes: numBytes };
  }

  dispose(): void {
    this.#graph.dispose();
  }
}
