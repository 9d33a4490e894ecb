/** bundle.json, as both runtimes read it. */
import { FcnError } from "./errors.js";
import type { BundleFile } from "./fetching.js";
import type { BundleFacts, BundleOutput, LoadRequest } from "./protocol.js";
import type { WebRuntime } from "../runtimes.js";

/** The version of bundle.json that this module reads. */
const VERSION = 1;

export type CheckedBundle = Omit<BundleFacts, "outputs"> & {
  /** Bundles of older versions have no labels here. */
  readonly outputs: readonly (Omit<BundleOutput, "labels"> & Partial<Pick<BundleOutput, "labels">>)[];
  readonly files: readonly BundleFile[];
  readonly weights?: readonly { readonly bytes?: unknown }[];
};

/**
 * What is read of bundle.json is looked at; it may come from a stranger, or from a newer fcnc.
 * @throws {FcnError} where it is no bundle's, or of another version or for another runtime.
 */
export function checkBundle(
  { manifest: json, address }: Pick<LoadRequest, "manifest" | "address">,
  runtime: WebRuntime,
): CheckedBundle {
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
  const { runtime: own = "tfjs", inputs, outputs, files, validFor, browser } = json;
  if (own !== runtime)
    throw new FcnError(
      "not-a-bundle",
      `${address} is a bundle for ${String(own)}, and this module has ${runtime}: take the fcn.js that came with it.`,
    );
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

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
