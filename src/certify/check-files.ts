/** Whether the files of a bundle are those that were written. */
import { readdir, readFile, stat } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import type { BundleJson } from "../../targets/certificate.js";
import { modelMetadata } from "../../targets/onnx/metadata.js";
import { BUNDLE } from "../../targets/web/bundle-json.js";
import { fileDigest } from "../weights/file-digest.js";
import { readModelJson } from "../weights/formats/tfjs-files.js";
import type { Check } from "./check.js";

export interface CheckFilesOptions {
  /** Bytes looked at so far, and in all. */
  readonly onProgress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

/** Sizes and SHA-256 of all files, and files that the bundle does not know. */
export async function checkFiles(
  folder: string,
  { files }: BundleJson,
  { onProgress, signal }: CheckFilesOptions = {},
): Promise<Check[]> {
  const total = files.reduce((sum, { bytes }) => sum + bytes, 0);
  const checks: Check[] = [];
  const wrong = (says: string): number => checks.push({ about: "files", agrees: false, says });
  let done = 0;
  for (const { path, bytes, sha256 } of files) {
    signal?.throwIfAborted();
    const found = await stat(join(folder, path)).catch(() => null);
    if (!found?.isFile()) wrong(`\`${path}\` is missing`);
    else if (found.size !== bytes) wrong(`\`${path}\` has ${found.size} bytes, and had ${bytes}`);
    else if ((await fileDigest(join(folder, path), signal)) !== sha256) wrong(`\`${path}\` was changed`);
    onProgress?.((done += bytes), total);
  }
  if (checks.length === 0)
    checks.push({ about: "files", agrees: true, says: `all ${files.length} files are as they were written` });
  const known = new Set([BUNDLE, ...files.map(({ path }) => path)]);
  const others = (await filesIn(folder)).filter((path) => !known.has(path)).sort();
  if (others.length > 0)
    checks.push({ about: "files", agrees: null, says: `${others.join(", ")}: not of the bundle, and not looked at` });
  return checks;
}

/** Paths from the folder on, with slashes on every system. */
async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll(sep, "/"));
}

/** Whether plan and graph are of the net that the bundle names. */
export async function checkIdentity(folder: string, bundle: BundleJson): Promise<Check> {
  const plan = await fieldsOf(join(folder, "plan.json"));
  const own =
    bundle.runtime === "onnxruntime-web"
      ? { "model.onnx": await onnxDigest(join(folder, "model.onnx")) }
      : { "model.json": await tfjsDigest(join(folder, "model.json")) };
  const digests = { "plan.json": plan["digest"], ...own };
  const stray = Object.entries(digests).find(([, digest]) => digest !== bundle.digest);
  return stray === undefined
    ? { about: "plan", agrees: true, says: `plan and graph are of ${bundle.net}, ${bundle.digest}` }
    : {
        about: "plan",
        agrees: false,
        says: `${stray[0]} is of another net (${String(stray[1])}) than ${bundle.digest}`,
      };
}

async function tfjsDigest(path: string): Promise<unknown> {
  const model = (await fieldsOf(path))["userDefinedMetadata"] as
    { readonly fcnc?: Readonly<Record<string, unknown>> } | undefined;
  return model?.fcnc?.["digest"];
}

/** Null where it is no model of fcnc's. */
async function onnxDigest(path: string): Promise<unknown> {
  try {
    const metadata: unknown = JSON.parse(modelMetadata(await readFile(path)).get("fcnc") ?? "null");
    return typeof metadata === "object" && metadata !== null && "digest" in metadata ? metadata.digest : null;
  } catch {
    return null;
  }
}

async function fieldsOf(path: string): Promise<Readonly<Record<string, unknown>>> {
  const value = await readModelJson(path).catch(() => null);
  return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}
