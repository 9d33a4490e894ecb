import { rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { Fault } from "./fail.js";

/** Writes a file beside its place and renames it into it, so that an old one is never left half overwritten. */
export async function replaceFile(path: string, data: Uint8Array | string): Promise<void> {
  const found = await stat(path).catch(() => null);
  if (found?.isDirectory()) throw new Fault(`\`${path}\` is a folder`, ["name a file"]);
  const aside = join(dirname(path), `.${basename(path)}.${process.pid}.partial`);
  try {
    await writeFile(aside, data);
    await rename(aside, path);
  } catch (error) {
    await rm(aside, { force: true });
    const reason = error instanceof Error ? error.message : String(error);
    throw new Fault(`\`${path}\` cannot be written: ${reason}`, [], { cause: error });
  }
}
