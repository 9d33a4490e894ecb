import type { GraphModelJson } from "../../../src/engines/engine.js";
import { checkModelJson } from "../../../src/engines/model-check.js";
import { numberedLabels } from "../../../src/model/labels.js";
import { FcnError } from "./errors.js";
import { requestJson, stream } from "./fetching.js";
import { fetchManifest, type CheckedBundle } from "./manifest.js";
import type { BundleFacts, BundleOutput, LoadRequest } from "./protocol.js";
import type { LoadProgress } from "./types.js";

export interface FetchedBundle {
  readonly facts: BundleFacts;
  readonly model: GraphModelJson;
  /** The shards, joined, in pieces as they come: to be read once. */
  readonly weights: AsyncIterable<Uint8Array>;
}

/** Fetches what a bundle says of itself; its weights come when they are asked for. */
export async function fetchBundle(
  { address, verify }: LoadRequest,
  onProgress: (progress: LoadProgress) => void,
  signal: AbortSignal,
): Promise<FetchedBundle> {
  const modelAddress = new URL("model.json", address).href;
  const modelJson = requestJson(modelAddress, signal);
  // Of a bundle for another runtime bundle.json tells, and not that there is no model.json.
  modelJson.catch(() => undefined);
  const bundle = await fetchManifest(address, "tfjs", signal);
  const model = checkModel(await modelJson, modelAddress);
  const listed = new Map(bundle.files.map((file) => [file.path, file]));
  const shards = model.weightsManifest.flatMap(({ paths }) =>
    paths.map((path) => {
      const file = listed.get(path);
      if (!file) throw new FcnError("not-a-bundle", `bundle.json does not list \`${path}\`, which model.json wants.`);
      return file;
    }),
  );
  const total = shards.reduce((sum, { bytes }) => sum + bytes, 0);
  let done = 0;
  onProgress({ done, total });
  const weights = stream(address, shards, verify, signal, (bytes) => onProgress({ done: (done += bytes), total }));
  return { facts: { ...bundle, outputs: labelled(bundle.outputs, model) }, model, weights };
}

function checkModel(json: unknown, address: string): GraphModelJson {
  try {
    return checkModelJson(json, address);
  } catch (error) {
    throw new FcnError("not-a-bundle", error instanceof Error ? error.message : String(error), { cause: error });
  }
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
