import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { TargetError, type WrittenFile } from "../target.js";
import type { WebRuntime } from "./runtimes.js";

/** What a bundle holds of the module at its top: `runtime` is the engine, which `fcn.js` fetches, and what it runs on. */
export const MODULE: readonly string[] = ["fcn.js", "fcn.d.ts", "runtime"];

/** The page to try a bundle on, see `page/index.html`. */
export const PAGE: readonly string[] = ["index.html", "page"];

/** Where the build puts what becomes a bundle's `runtime`. */
const BUILT: Readonly<Record<WebRuntime, string>> = { tfjs: "runtime", "onnxruntime-web": "onnxruntime" };

/**
 * Copies the page as the build made it, and beside it the pictures that it offers to try.
 *
 * @param samples files of PNG or JPEG pictures, by input
 * @throws {TargetError} where fcnc was not built.
 */
export async function copyPage(folder: string, samples: Readonly<Record<string, string>>): Promise<WrittenFile[]> {
  const written = await copyBuilt([...PAGE].sort(), folder);
  for (const [input, file] of Object.entries(samples)) {
    const bytes = await readFile(file);
    // Both kinds are known by their first byte.
    const ending = bytes[0] === 0x89 ? "png" : "jpg";
    written.push(await write(folder, `page/sample-${input}.${ending}`, bytes));
  }
  return written;
}

/**
 * Copies the module that pages run bundles with (see `runtime/fcn.ts`), as the build made it.
 * @throws {TargetError} where fcnc was not built.
 */
export async function copyModule(runtime: WebRuntime, folder: string): Promise<WrittenFile[]> {
  const files = await copyBuilt(["fcn.d.ts", "fcn.js"], folder);
  return [...files, ...(await copyBuilt([BUILT[runtime]], folder, "runtime"))];
}

/** The folder with ONNX Runtime's WebAssembly, which also runs it in Node. */
export const builtOnnxRuntime = (): string => join(builtModule(), BUILT["onnxruntime-web"]);

/** @param names files and folders of files @param renamed what a folder is called in the bundle */
async function copyBuilt(names: readonly string[], folder: string, renamed?: string): Promise<WrittenFile[]> {
  const source = builtModule();
  const written: WrittenFile[] = [];
  const copy = async (from: string, path: string): Promise<void> => {
    written.push(await write(folder, path, await readFile(join(source, from))));
  };
  for (const name of names) {
    const found = await stat(join(source, name));
    if (!found.isDirectory()) await copy(name, name);
    else {
      const to = renamed ?? name;
      await mkdir(join(folder, to));
      for (const file of (await readdir(join(source, name))).sort()) await copy(`${name}/${file}`, `${to}/${file}`);
    }
  }
  return written;
}

async function write(folder: string, path: string, bytes: Uint8Array): Promise<WrittenFile> {
  await writeFile(join(folder, path), bytes);
  return { path, bytes: bytes.length, sha256: createHash("sha256").update(bytes).digest("hex") };
}

/** `dist/web` of the package that this file is part of, as a source or in the build. */
function builtModule(): string {
  for (let at = dirname(fileURLToPath(import.meta.url)); at !== dirname(at); at = dirname(at)) {
    const candidate = join(at, "dist", "web");
    if (existsSync(join(candidate, "fcn.js"))) return candidate;
  }
  throw new TargetError("fcnc is not built: `npm run build` makes the module that bundles for the web carry");
}
