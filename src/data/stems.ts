/** Files of a folder by their stems: how images are found whose extension a list does not say. */
import { extname, join } from "node:path";
import { DataError } from "./dataset.js";
import { namesIn } from "./files.js";

const PICTURES = [".jpg", ".jpeg", ".png"];

/** The pictures of a folder: path by name without extension. */
export const imageFiles = (folder: string): Promise<ReadonlyMap<string, string>> => filesByStem(folder, PICTURES);

/**
 * The files of a folder that have these extensions: path by name without extension.
 * @throws {DataError} where two have one stem: which is meant is never guessed.
 */
export async function filesByStem(folder: string, extensions: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const files = new Map<string, string>();
  for (const file of (await namesIn(folder)) ?? []) {
    const extension = extname(file);
    // macOS leaves `._NAME` beside files that it copies to other disks.
    if (!extensions.includes(extension.toLowerCase()) || file.startsWith(".")) continue;
    const stem = file.slice(0, -extension.length);
    const earlier = files.get(stem);
    if (earlier !== undefined)
      throw new DataError(`${earlier} and ${file} are two files for one image`, ["remove or rename one of them"]);
    files.set(stem, join(folder, file));
  }
  return files;
}
