import type { GraphModelJson } from "../../../src/engines/engine.js";
import { numberedLabels } from "../../../src/model/labels.js";
import { FcnError } from "./errors.js";
import { readAhead } from "./ahead.js";
import type * as Graphs from "./graph-model.js";
import { requestJson, stream, type BundleFile } from "./fetching.js";
import { checkBundle, type CheckedBundle } from "./manifest.js";
import type { BundleFacts, BundleOutput, LoadRequest } from "./protocol.js";
import { bytesOf, shardsOf } from "./shard-files.js";
import type { LoadProgress } from "./types.js";

export interface FetchedBundle extends Pick<typeof Graphs, "openGraphModel"> {
  readonly facts: BundleFacts;
  readonly model: GraphModelJson;
}

export interface FetchingBundle {
  readonly bundle: Promise<FetchedBundle>;
  /** The shards, joined, in pieces as they come: to be read once, or ended by its `return`. */
  readonly weights: AsyncIterableIterator<Uint8Array, void, undefined>;
}

/** Weights that are there before the backend is: four shards. */
const AHEAD_BYTES = 16 * 1024 * 1024;

/** Fetches a bundle: its weights, too, at once. */
export function fetchBundle(
  request: LoadRequest,
  onProgress: (progress: LoadProgress) => void,
  signal: AbortSignal,
): FetchingBundle {
  const { address, verify } = request;
  const facts = checkBundle(request, "tfjs");
  const shards = shardsOf(facts.files);
  const total = bytesOf(shards);
  let done = 0;
  onProgress({ done, total });
  const pieces = stream(address, shards, verify, signal, (bytes) => onProgress({ done: (done += bytes), total }));
  const bundle = async (): Promise<FetchedBundle> => {
    const file = new URL("model.json", address).href;
    const [{ checkModelJson, openGraphModel }, json] = await Promise.all([graphs(), requestJson(file, signal)]);
    const model = refusing(() => checkModelJson(json, file));
    compareShards(model, shards);
    return { facts: { ...facts, outputs: labelled(facts.outputs, model) }, model, openGraphModel };
  };
  return { bundle: bundle(), weights: readAhead(pieces, AHEAD_BYTES) };
}

/** It lies beside the engine, which is small so that it asks early for all that it needs. */
function graphs(): Promise<typeof Graphs> {
  return import("./graph-model.js").catch((error: unknown) => {
    throw new FcnError("network", `A part of the engine, which lies beside it, cannot be fetched: ${String(error)}`);
  });
}

function refusing<Value>(check: () => Value): Value {
  try {
    return check();
  } catch (error) {
    throw new FcnError("not-a-bundle", error instanceof Error ? error.message : String(error), { cause: error });
  }
}

/** The shards were asked for before model.json was there. */
function compareShards({ weightsManifest }: GraphModelJson, shards: readonly BundleFile[]): void {
  const wanted = weightsManifest.flatMap(({ paths }) => paths);
  const other = wanted.find((path, index) => shards[index]?.path !== path) ?? shards[wanted.length]?.path;
  if (other === undefined) return;
  throw new FcnError("not-a-bundle", `bundle.json and model.json do not agree on \`${other}\`. Copy the bundle again.`);
}

/** Names and colours, which older bundles have in model.json's metadata; classes without any are numbered. */
function labelled(outputs: CheckedBundle["outputs"], { userDefinedMetadata = {} }: GraphModelJson): BundleOutput[] {
  const { fcnc } = userDefinedMetadata as { fcnc?: { outputs?: readonly BundleOutput[] } };
  return outputs.map((output) => ({
    ...output,
    labels:
      output.labels ??
      fcnc?.outputs?.find(({ name }) => name === output.name)?.labels ??
      numberedLabels(output.classes),
  }));
}
