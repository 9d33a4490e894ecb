import type { GraphModelJson } from "../../../src/engines/engine.js";
import { checkModelJson } from "../../../src/engines/model-check.js";
import { numberedLabels } from "../../../src/model/labels.js";
import { FcnError } from "./errors.js";
import { requestJson, stream, type BundleFile } from "./fetching.js";
import type { BundleFacts, BundleOutput, LoadRequest } from "./protocol.js";
import type { LoadProgress } from "./types.js";

/** The version of bundle.json that this module reads. */
const VERSION = 1;

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
  const [manifest, modelJson] = await Promise.all([
    requestJson(new URL("bundle.json", address).href, signal),
    requestJson(modelAddress, signal),
  ]);
  const bundle = checkBundle(manifest, address);
  const model = checkModel(modelJson, modelAddress);
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

type CheckedBundle = Omit<BundleFacts, "outputs"> & {
  readonly outputs: readonly Omit<BundleOutput, "labels">[];
  readonly files: readonly BundleFile[];
};

/** What is read of bundle.json is looked at; it may come from a stranger, or from a newer fcnc. */
function checkBundle(json: unknown, address: string): CheckedBundle {
  const fail = (what: string) =>
    new FcnError("not-a-bundle", `${address}bundle.json ${what}. Compile the bundle again with this fcnc's version.`);
  if (!isRecord(json) || json["format"] !== "fcnc-bundle") throw fail("is no bundle of fcnc");
  const { version } = json;
  if (typeof version === "number" && version > VERSION)
    throw new FcnError(
      "newer-version",
      `${address}bundle.json has version ${version}, and this module reads up to ${VERSION}. ` +
        `Take the fcn.js that came with the bundle.`,
    );
  const { inputs, outputs, files, validFor, browser } = json;
  if (version !== VERSION || !isRecord(validFor) || !isRecord(browser) || !isRecord(browser["memory"]))
    throw fail("lacks what a page needs");
  const isList = (value: unknown, ...keys: string[]) =>
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((item) => isRecord(item) && keys.every((key) => item[key] !== undefined));
  if (!isList(inputs, "name", "height", "width", "channels", "format")) throw fail("has no inputs");
  if (!isList(outputs, "name", "classes", "scores", "mask")) throw fail("has no outputs");
  if (!isList(files, "path", "bytes", "sha256")) throw fail("lists no files");
  return json as unknown as CheckedBundle;
}

/** Names and colours are in model.json's metadata; classes without any are numbered. */
function labelled(outputs: CheckedBundle["outputs"], { userDefinedMetadata = {} }: GraphModelJson): BundleOutput[] {
  const { fcnc } = userDefinedMetadata as { fcnc?: { outputs?: readonly BundleOutput[] } };
  return outputs.map((output) => ({
    ...output,
    labels: fcnc?.outputs?.find(({ name }) => name === output.name)?.labels ?? numberedLabels(output.classes),
  }));
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
