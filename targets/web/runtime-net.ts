import type { StoredWeight } from "../certificate.js";
import type { Head } from "./heads.js";

/** A net as the files of a bundle that one runtime takes: a graph, and weights whose bytes are cut into shards. */
export interface RuntimeNet {
  /** The graph's file. */
  readonly file: "model.json" | "model.onnx";
  readonly heads: readonly Head[];
  /** Names of `upsample` operations that run dense, as their kernels are not bilinear. */
  readonly learned: readonly string[];
  /** Of the weights as float32, and as they are stored. */
  readonly floatBytes: number;
  readonly bytes: number;
  /** What `bundle.json` says of the weights: complete once `data` is at its end. */
  readonly stored: readonly StoredWeight[];
  /**
   * To be read once: the weights, in pieces that are valid until the next is asked for.
   * @throws {WeightsError} when a tensor cannot be read, holds NaN or infinity, or a value that is too large for its type.
   */
  data(): AsyncGenerator<Uint8Array>;
  /** The graph's file, after `data` where there are weights. @param paths of the shards */
  graph(paths: readonly string[]): Uint8Array;
  /** The graph on the same weights for WebGPU, a file of its own: null where it is the same. */
  readonly webgpu: { readonly file: string; readonly graph: () => Uint8Array } | null;
}
