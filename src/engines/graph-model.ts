import type * as Core from "@tensorflow/tfjs-core";
import type * as Converter from "@tensorflow/tfjs-converter";
import { openBundle } from "./bundle.js";
import { EngineError, type LoadedModel, type ModelInMemory, type Value } from "./engine.js";
import { checkModelJson } from "./model-check.js";
import { weightStream } from "./weight-stream.js";

/** The parts of TF.js that run a graph model; `backend` is the one that they are to run on. */
export interface Runtime {
  readonly core: typeof Core;
  readonly converter: Pick<typeof Converter, "loadGraphModel">;
  readonly backend: string;
}

/** Loads a model onto the runtime's backend. */
export async function loadGraph(runtime: Runtime, source: string | ModelInMemory): Promise<LoadedModel> {
  const { core, converter, backend } = runtime;
  const model = typeof source === "string" ? await openBundle(source) : source;
  const json = checkModelJson(model.modelJson, typeof source === "string" ? source : "the model");
  const specs = json.weightsManifest.flatMap((group) => group.weights);
  await activate(core, backend);
  const weights = weightStream(specs, model.weightData());
  const graph = await converter
    .loadGraphModel({
      load: () =>
        Promise.resolve({
          modelTopology: json.modelTopology,
          ...(json.signature === undefined ? {} : { signature: json.signature }),
          ...(json.userDefinedMetadata === undefined
            ? {}
            : { userDefinedMetadata: json.userDefinedMetadata as Record<string, object> }),
          weightSpecs: specs.map((spec) => ({ ...spec, shape: [...spec.shape] })) as Core.io.WeightsManifestEntry[],
          getWeightStream: () => weights.stream,
        }),
    })
    .catch((error: unknown) => {
      throw asEngineError(error, "the model cannot be loaded");
    })
    .finally(() => weights.close());
  if (weights.failure() !== null) {
    graph.dispose();
    throw weights.failure();
  }
  return new GraphModel(runtime, graph, json.userDefinedMetadata ?? {});
}

class GraphModel implements LoadedModel {
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly #runtime: Runtime;
  readonly #weights: ReadonlySet<Core.Tensor>;
  #graph: Converter.GraphModel | null;

  constructor(runtime: Runtime, graph: Converter.GraphModel, metadata: object) {
    this.#runtime = runtime;
    this.#graph = graph;
    this.#weights = new Set(Object.values(graph.weights).flat());
    this.metadata = metadata as Readonly<Record<string, unknown>>;
    const signature = graph.modelSignature as { inputs?: object; outputs?: object } | undefined;
    this.inputs = Object.keys(signature?.inputs ?? {});
    this.outputs = Object.keys(signature?.outputs ?? {});
  }

  async run(inputs: Readonly<Record<string, Value>>, outputs: readonly string[]): Promise<Record<string, Value>> {
    const graph = this.#graph;
    if (graph === null) throw new EngineError("the model was disposed of");
    const { core, backend } = this.#runtime;
    const absent = this.inputs.find((name) => !Object.hasOwn(inputs, name));
    if (absent !== undefined) throw new EngineError(`the model's input \`${absent}\` is not given`);
    await activate(core, backend);

    const tensors: Core.Tensor[] = [];
    try {
      const named: Record<string, Core.Tensor> = {};
      for (const [name, { data, shape }] of Object.entries(inputs))
        tensors.push((named[name] = core.tensor(data, [...shape], data instanceof Int32Array ? "int32" : "float32")));
      const results = [graph.execute(named, [...outputs])].flat();
      tensors.push(...results);
      const values: Record<string, Value> = {};
      for (const [index, name] of outputs.entries()) {
        const tensor = results[index];
        if (tensor === undefined) throw new EngineError(`the model gave no value for \`${name}\``);
        const data = await tensor.data();
        values[name] = { data: isNumbers(data) ? data : Float32Array.from(data), shape: tensor.shape };
      }
      return values;
    } catch (error) {
      throw asEngineError(error, "the model cannot be run");
    } finally {
      // Who asks for a weight is given the model's own tensor.
      core.dispose(tensors.filter((tensor) => !this.#weights.has(tensor)));
    }
  }

  dispose(): void {
    this.#graph?.dispose();
    this.#graph = null;
  }
}

/**
 * Makes a backend the one that runs. TF.js takes another one silently where the one that was asked for cannot start, so
 * the one that did is looked at.
 *
 * @throws {EngineError}
 */
export async function activate(core: typeof Core, backend: string): Promise<void> {
  if (core.getBackend() === backend) return;
  const started = await core.setBackend(backend).catch(() => false);
  await core.ready().catch(() => undefined);
  if (!started || core.getBackend() !== backend)
    throw new EngineError(`the backend \`${backend}\` of TensorFlow.js does not start on this machine`);
}

const isNumbers = (data: Core.TypedArray): data is Float32Array | Int32Array =>
  data instanceof Float32Array || data instanceof Int32Array;

function asEngineError(error: unknown, what: string): EngineError {
  if (error instanceof EngineError) return error;
  const said = error instanceof Error ? error.message : String(error);
  const memory = /memory|allocation|OOM|Array buffer/i.test(said);
  const help = memory ? ". Take a smaller image, or an engine with more memory (--engine native)" : "";
  return new EngineError(`${what}: ${said}${help}`, { cause: error });
}
