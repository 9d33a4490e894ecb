import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { TargetError, type WrittenFile } from "../target.js";

/** What a bundle holds of the module at its top: `runtime` is TF.js and the engine, which `fcn.js` fetches. */
export const MODULE: readonly string[] = ["fcn.js", "fcn.d.ts", "runtime"];

/** The page to try a bundle on, see `page/index.html`. */
export const PAGE: readonly string[] = ["index.html", "page"];

/**
 * Copies the module that pages run bundles with (see `runtime/fcn.ts`), or the page, as the build made it.
 *
 * @param names files and folders of files
 * @throws {TargetError} where fcnc was not built.
 */
export async function copyBuilt(names: readonly string[], folder: string): Promise<WrittenFile[]> {
  const source = builtModule();
  const paths: string[] = [];
  for (const name of [...names].sort()) {
    const found = await stat(join(source, name));
    if (!found.isDirectory()) paths.push(name);
    else {
      await mkdir(join(folder, name));
      paths.push(...(await readdir(join(source, name))).sort().map((file) => `${name}/${file}`));
    }
  }
  const written: WrittenFile[] = [];
  for (const path of paths) {
    const bytes = await readFile(join(source, path));
    await writeFile(join(folder, path), bytes);
    written.push({ path, bytes: bytes.length, sha256: createHash("sha256").update(bytes).digest("hex") });
  }
  return written;
}

/** `dist/web` of the package that this file is part of, as a source or in the build. */
function builtModule(): string {
  for (let at = dirname(fileURLToPath(import.meta.url)); at !== dirname(at); at = dirname(at)) {
    const candidate = join(at, "dist", "web");
    if (existsSync(join(candidate, "fcn.js"))) return candidate;
  }
  throw new TargetError("fcnc is not built: `npm run build` makes the module that bundles for the web carry");
}
