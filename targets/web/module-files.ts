import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { TargetError, type WrittenFile } from "../target.js";

/** What a bundle holds of the module at its top: `runtime` is TF.js and the engine, which `fcn.js` fetches. */
export const MODULE: readonly string[] = ["fcn.js", "fcn.d.ts", "runtime"];

/**
 * Copies the module that pages run bundles with (see `runtime/fcn.ts`), as the build made it.
 * @throws {TargetError} where fcnc was not built.
 */
export async function copyModule(folder: string): Promise<WrittenFile[]> {
  const source = builtModule();
  await mkdir(join(folder, "runtime"));
  const runtime = await readdir(join(source, "runtime"));
  const paths = ["fcn.d.ts", "fcn.js", ...runtime.sort().map((name) => `runtime/${name}`)];
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
