import { existsSync } from "node:fs";
import { copyFile, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { TargetError, type WrittenFile } from "../target.js";

/** The module for somebody's own training loop: see `module/train.ts`. */
export const TRAIN_MODULE: readonly string[] = ["train.d.ts", "train.js"];

/**
 * Copies the module, as the build made it.
 *
 * @throws {TargetError} where fcnc was not built.
 */
export async function copyTrainModule(folder: string): Promise<WrittenFile[]> {
  const source = builtModule();
  return Promise.all(
    TRAIN_MODULE.map(async (path) => {
      await copyFile(join(source, path), join(folder, path));
      return { path, bytes: (await stat(join(folder, path))).size };
    }),
  );
}

/** `dist/train` of the package that this file is part of, as a source or in the build. */
function builtModule(): string {
  for (let at = dirname(fileURLToPath(import.meta.url)); at !== dirname(at); at = dirname(at)) {
    const candidate = join(at, "dist", "train");
    if (existsSync(join(candidate, "train.js"))) return candidate;
  }
  throw new TargetError("fcnc is not built: `npm run build` makes the module that training folders carry");
}
