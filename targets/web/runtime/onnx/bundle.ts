import { numberedLabels } from "../../../../src/model/labels.js";
import { WEBGPU_MODEL } from "../../runtimes.js";
import { FcnError } from "../errors.js";
import { stream, type BundleFile } from "../fetching.js";
import type { CheckedBundle } from "../manifest.js";
import type { BundleFacts, LoadRequest } from "../protocol.js";
import { bytesOf, shardsOf } from "../shard-files.js";
import type { LoadProgress } from "../types.js";

export interface FetchedBundle {
  readonly facts: BundleFacts;
  /** `model.onnx`, and the graph for WebGPU where that is another. */
  readonly models: { readonly wasm: Uint8Array; readonly webgpu: Uint8Array };
  /** The shards, joined: of the graph's external data. */
  readonly weights: Uint8Array;
  readonly tensors: number;
}

/** Fetches a bundle whole: ONNX Runtime takes a graph and its weights in one piece each. */
export async function fetchBundle(
  bundle: CheckedBundle,
  { address, verify }: LoadRequest,
  onProgress: (progress: LoadProgress) => void,
  signal: AbortSignal,
): Promise<FetchedBundle> {
  const graph = bundle.files.find(({ path }) => path === "model.onnx");
  // Both are small beside the weights, and which is wanted is not known yet.
  const other = bundle.files.find(({ path }) => path === WEBGPU_MODEL);
  if (!graph) throw new FcnError("not-a-bundle", "bundle.json lists no `model.onnx`. Copy the bundle again.");
  const shards = shardsOf(bundle.files);
  const total = bytesOf([graph, ...(other ? [other] : []), ...shards]);
  let done = 0;
  onProgress({ done, total });
  const read = async (files: readonly BundleFile[]): Promise<Uint8Array> => {
    const bytes = allocate(bytesOf(files));
    let at = 0;
    for await (const piece of stream(address, files, verify, signal, (read) =>
      onProgress({ done: (done += read), total }),
    )) {
      bytes.set(piece, at);
      at += piece.length;
    }
    return bytes;
  };
  const wasm = await read([graph]);
  const models = { wasm, webgpu: other ? await read([other]) : wasm };
  const weights = await read(shards);
  const outputs = bundle.outputs.map((output) => ({
    ...output,
    labels: output.labels ?? numberedLabels(output.classes),
  }));
  return { facts: { ...bundle, outputs }, models, weights, tensors: bundle.weights?.length ?? 0 };
}

/** Bytes of the largest weight; 0 where bundle.json does not tell. */
export const largestWeight = ({ weights = [] }: CheckedBundle): number =>
  weights.reduce((most, weight) => Math.max(most, Number(weight?.bytes) || 0), 0);

function allocate(bytes: number): Uint8Array {
  try {
    return new Uint8Array(bytes);
  } catch (error) {
    throw new FcnError("out-of-memory", `There is no memory for ${bytes} bytes of weights.`, { cause: error });
  }
}
