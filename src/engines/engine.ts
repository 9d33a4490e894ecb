/**
 * Engines run graph models: native TensorFlow, WASM and plain JS behind one interface. TensorFlow.js is imported
 * here alone, and only when an engine is asked for.
 */

import type { WeightsGroup, WeightSpec } from "../weights/formats/tfjs-manifest.js";

export type { WeightsGroup, WeightSpec };

export type EngineName = "native" | "wasm" | "js";

export interface Engine {
  readonly name: EngineName;
  /** For people: `WASM with SIMD (TensorFlow.js 4.22.0)`. */
  readonly description: string;
  readonly facts: EngineFacts;
  /**
   * Loads a model from a bundle's folder or from memory.
   * @throws {EngineError} when it is not a model that can be run: the message says what is wrong with which file.
   */
  load(source: string | ModelInMemory): Promise<LoadedModel>;
}

/** What is known of an engine once it runs. */
export interface EngineFacts {
  /** The version of TensorFlow.js. */
  readonly tensorflowJs: string;
  readonly native?: NativeFacts;
  readonly wasm?: WasmFacts;
}

export interface NativeFacts {
  /** The npm package: `@tensorflow/tfjs-node` or `@tensorflow/tfjs-node-gpu`. */
  readonly package: string;
  /** The package's folder. */
  readonly folder: string;
  /** How it was found: `FCNC_NATIVE` and the like. */
  readonly found: string;
  /** The version of the TensorFlow library; null where the package does not say. */
  readonly tensorflow: string | null;
  /** Whether TensorFlow sees a GPU through CUDA. */
  readonly usesGpu: boolean;
  /** Packages that were found before this one and do not start. */
  readonly broken: readonly string[];
}

export interface WasmFacts {
  readonly simd: boolean;
  readonly threads: number;
  /** Why there is one thread, or null where there are more. */
  readonly whyOneThread: string | null;
}

/** A TF.js graph model. What a `model.json` holds, with its weights as a stream: the shards, joined. */
export interface ModelInMemory {
  readonly modelJson: GraphModelJson;
  /** Bytes of the tensors in the order of the manifest, without gaps, in pieces of any size. Starts anew at each call. */
  weightData(): AsyncIterable<Uint8Array>;
}

/** The parts of `model.json` that an engine needs. */
export interface GraphModelJson {
  readonly format?: string;
  readonly generatedBy?: string;
  readonly convertedBy?: string | null;
  readonly modelTopology: object;
  readonly signature?: object;
  readonly userDefinedMetadata?: object;
  readonly weightsManifest: readonly WeightsGroup[];
}

/** A dense array in row-major order; images and maps are NHWC with N = 1. */
export interface Value {
  readonly data: Float32Array | Int32Array;
  readonly shape: readonly number[];
}

export interface LoadedModel {
  /** The model's metadata, as the bundle holds it. */
  readonly metadata: Readonly<Record<string, unknown>>;
  /** Names of the inputs that `run` must be given. */
  readonly inputs: readonly string[];
  /** Names of the outputs of the signature; `run` can be asked for any other operation as well. */
  readonly outputs: readonly string[];
  /**
   * Runs the model once. `inputs` are float32 and keyed by input; the result has one value for each of `outputs`.
   * Leaves no tensor behind.
   * @throws {EngineError} when a name is unknown, a shape is wrong, or memory runs out.
   */
  run(inputs: Readonly<Record<string, Value>>, outputs: readonly string[]): Promise<Record<string, Value>>;
  /** Frees the weights. Running afterwards is an error. */
  dispose(): void;
}

/** The message is for people: it says what is wrong and what would help. */
export class EngineError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "EngineError";
  }
}

/** The engine is not installed, as against one that is and does not start. */
export class EngineMissing extends EngineError {}
