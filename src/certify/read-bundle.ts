/** Reads what a bundle says of itself; it may come from a stranger. */
import { stat } from "node:fs/promises";
import { join } from "node:path";
import type { BundleJson } from "../../targets/certificate.js";
import { BUNDLE, REFERENCE } from "../../targets/web/bundle-json.js";
import { WEB_RUNTIMES } from "../../targets/web/runtimes.js";
import { READ_LIMITS, type ReadLimits } from "../weights/formats/limits.js";
import { readModelJson } from "../weights/formats/tfjs-files.js";
import { CertifyError } from "./error.js";
import { readReference, type Kept } from "./reference.js";

/** `bundle.json` of the largest nets has some 100 kB. */
const LIMITS: ReadLimits = { ...READ_LIMITS, headerBytes: 16 * 1024 * 1024 };
const MOST_FILES = 100_000;
/** Numbers of a picture that is generated because a certificate says so. */
const MOST_NUMBERS = 2 ** 28;

/** @throws {CertifyError} @throws {WeightsError} when there is none, or not one that this version understands. */
export async function readBundle(folder: string): Promise<BundleJson> {
  const path = join(folder, BUNDLE);
  const found = await stat(path).catch(() => null);
  if (!found?.isFile() && (await stat(join(folder, "model.onnx")).catch(() => null)))
    throw new CertifyError(
      `${folder}: a model.onnx of \`--target onnx\` has no certificate. \`fcnc compile --runtime onnxruntime-web\` makes ` +
        "a bundle of the same graph that has one.",
    );
  if (!found?.isFile())
    throw new CertifyError(
      `${folder}: it has no ${BUNDLE}. Name a folder that \`fcnc compile --weights\` wrote; ` +
        "older versions of fcnc wrote none: compile it again.",
    );
  const json = await readModelJson(path, LIMITS);
  if (!isRecord(json) || json["format"] !== "fcnc-bundle") throw new CertifyError(`${path} describes no bundle`);
  if (json["version"] !== 1)
    throw new CertifyError(`${path}: it is of version ${String(json["version"])}, and this fcnc reads version 1`);
  if (!areFiles(json["files"]) || !Array.isArray(json["weights"]) || typeof json["net"] !== "string")
    throw new CertifyError(`${path}: a part of it is missing. Copy or compile the bundle again.`);
  if (json["certificate"] !== null && !isCertificate(json["certificate"]))
    throw new CertifyError(`${path}: its certificate cannot be read. Compile the bundle again.`);
  // Bundles of older versions do not say it.
  const runtime = json["runtime"] ?? "tfjs";
  if (!WEB_RUNTIMES.some((name) => name === runtime))
    throw new CertifyError(`${path}: it is for the runtime ${String(runtime)}, which this fcnc does not know`);
  return { ...json, runtime } as unknown as BundleJson;
}

/** @throws {CertifyError} @throws {WeightsError} as `readBundle` does. */
export async function readKept(folder: string): Promise<Kept[]> {
  const path = join(folder, REFERENCE);
  return readReference(await readModelJson(path, LIMITS), path);
}

/** Paths go down from the folder, and never out of it. */
function areFiles(value: unknown): boolean {
  if (!Array.isArray(value) || value.length > MOST_FILES) return false;
  return (value as readonly unknown[]).every((file) => {
    if (!isRecord(file) || typeof file["path"] !== "string" || typeof file["sha256"] !== "string") return false;
    const parts = file["path"].split("/");
    return (
      Number.isSafeInteger(file["bytes"]) && parts.every((part) => /^[^\\:\0]+$/.test(part) && !/^\.\.?$/.test(part))
    );
  });
}

/** Looks at what is relied on; numbers are compared and shown, whatever they are. */
function isCertificate(value: unknown): boolean {
  if (!isRecord(value) || !isRecord(value["reference"]) || !isList(value["inputs"]) || !isList(value["runs"]))
    return false;
  const texts = (record: Readonly<Record<string, unknown>>, ...keys: readonly string[]): boolean =>
    keys.every((key) => typeof record[key] === "string");
  const numbers = (record: Readonly<Record<string, unknown>>, ...keys: readonly string[]): boolean =>
    keys.every((key) => typeof record[key] === "number");
  return (
    texts(value["reference"], "engine", "weights", "sha256") &&
    value["inputs"].every(
      (input) =>
        texts(input, "name", "picture", "sha256") && isSize(input["height"], input["width"], input["channels"]),
    ) &&
    value["runs"].length > 0 &&
    value["runs"].every(
      (run) =>
        texts(run, "engine", "description") &&
        isList(run["outputs"]) &&
        run["outputs"].every(
          (output) =>
            texts(output, "name", "sha256") &&
            numbers(output, "largestOfRange", "changed", "pixels") &&
            Array.isArray(output["range"]) &&
            output["range"].length === 2 &&
            (output["range"] as readonly unknown[]).every((end) => typeof end === "number"),
        ),
    )
  );
}

function isSize(...sides: readonly unknown[]): boolean {
  const whole = sides.every((side) => Number.isSafeInteger(side) && (side as number) >= 1);
  return whole && (sides as readonly number[]).reduce((product, side) => product * side, 1) <= MOST_NUMBERS;
}

function isList(value: unknown): value is readonly Readonly<Record<string, unknown>>[] {
  return Array.isArray(value) && (value as readonly unknown[]).every(isRecord);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
