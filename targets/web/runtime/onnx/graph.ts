import type { InferenceSession, Tensor } from "onnxruntime-web";
import { channelsFirst } from "../../../../src/engines/channels.js";
import { ONNX_WEIGHTS } from "../../runtimes.js";
import { FcnError, isMemory } from "../errors.js";
import type { LoadedGraph, MapValue } from "../graph.js";
import { awaitLoss } from "../loss.js";
import { checkBundle } from "../manifest.js";
import type { BundleFacts, LoadRequest } from "../protocol.js";
import type { LoadProgress, MemoryUse } from "../types.js";
import { startBackend, type StartedRuntime } from "./backends.js";
import { fetchBundle, largestWeight, type FetchedBundle } from "./bundle.js";

/** Starts a backend while the bundle comes, and hands it the graph and its weights. */
export async function loadGraph(
  request: LoadRequest,
  onProgress: (progress: LoadProgress) => void,
  signal: AbortSignal,
): Promise<LoadedGraph> {
  const manifest = checkBundle(request, "onnxruntime-web");
  const fetching = fetchBundle(manifest, request, onProgress, signal);
  // If no backend starts, nobody waits for the bundle.
  fetching.catch(() => undefined);
  const started = await startBackend(request, largestWeight(manifest));
  try {
    const bundle = await fetching;
    const session = await open(started, bundle, request, signal);
    if (signal.aborted) await session.release();
    signal.throwIfAborted();
    return new Graph(started, bundle, session);
  } finally {
    await started.trial.release();
  }
}

async function open(
  { ort, backend: { name } }: StartedRuntime,
  { models, weights }: FetchedBundle,
  { address }: LoadRequest,
  signal: AbortSignal,
): Promise<InferenceSession> {
  try {
    return await ort.InferenceSession.create(name === "webgpu" ? models.webgpu : models.wasm, {
      executionProviders: [name],
      // Errors alone: that some nodes run on WASM is told by the backend's description.
      logSeverityLevel: 3,
      externalData: weights.length === 0 ? [] : [{ path: ONNX_WEIGHTS, data: weights }],
    });
  } catch (error) {
    signal.throwIfAborted();
    const said = wordsOf(error);
    if (isMemory(said)) throw new FcnError("out-of-memory", `The weights do not fit into memory on ${name}.`);
    throw new FcnError("not-a-bundle", `${address} cannot be loaded: ${said}`, { cause: error });
  }
}

class Graph implements LoadedGraph {
  readonly facts: BundleFacts;
  readonly started: StartedRuntime;
  readonly #session: InferenceSession;
  #memory: MemoryUse;
  #lost: string | null = null;

  constructor(started: StartedRuntime, { facts, weights, tensors }: FetchedBundle, session: InferenceSession) {
    this.facts = facts;
    this.started = started;
    this.#session = session;
    this.#memory = { tensors, bytes: weights.length };
    void started.lost.then((reason) => (this.#lost = reason));
  }

  async run(inputs: Readonly<Record<string, MapValue>>, outputs: readonly string[]): Promise<MapValue[]> {
    const { ort, lost } = this.started;
    this.#throwIfLost();
    const fed: Record<string, Tensor> = {};
    for (const [name, { data, shape }] of Object.entries(inputs)) {
      const [, height = 0, width = 0, channels = 0] = shape;
      fed[name] = new ort.Tensor("float32", channelsFirst(data as Float32Array, shape), [1, channels, height, width]);
    }
    try {
      // A lost device never answers.
      const found = await Promise.race([this.#session.run(fed, [...outputs]), lost.then(() => null)]);
      this.#throwIfLost();
      return outputs.map((name) => valueOf(found?.[name], name));
    } catch (error) {
      await awaitLoss(this.started);
      this.#throwIfLost();
      const said = wordsOf(error);
      if (isMemory(said))
        throw new FcnError("out-of-memory", `The picture does not fit into memory: ${said.split("\n", 1)[0]}`, {
          cause: error,
        });
      if (error instanceof WebAssembly.RuntimeError)
        throw new FcnError("crashed", `ONNX Runtime has ended: ${said}. The next call starts it anew.`, {
          cause: error,
        });
      throw error;
    }
  }

  #throwIfLost(): void {
    if (this.#lost !== null)
      throw new FcnError("context-lost", `The graphics processor is gone (${this.#lost}). The next call starts anew.`);
  }

  memory(): MemoryUse {
    return this.#memory;
  }

  dispose(): void {
    this.#memory = { tensors: 0, bytes: 0 };
    this.#session.release().catch(() => undefined);
  }
}

function valueOf(tensor: Tensor | undefined, name: string): MapValue {
  if (!tensor) throw new Error(`the graph gave no value for ${name}`);
  return { data: tensor.data as Float32Array | Uint8Array | Int32Array, shape: tensor.dims };
}

/** An exception of WebAssembly that nobody gave words comes as a number: what is thrown where memory is used up. */
const wordsOf = (error: unknown): string => {
  if (typeof error === "number") return `an exception without words (${error}), as where memory is used up`;
  return error instanceof Error ? error.message : String(error);
};
