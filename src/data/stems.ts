/** Files of a folder by their stems: how images are found whose extension a list does not say. */
import { extname, join } from "node:path";
import { DataError } from "./dataset.js";
import { namesIn } from "./files.js";

const PICTURES: ReadonlySet<string> = new Set([".jpg", ".jpeg", ".png"]);

/**
 * The pictures of a folder: path by name without extension.
 * @throws {DataError} where two have one stem: which is meant is never guessed.
 */
export async function imageFiles(folder: string): Promise<ReadonlyMap<string, string>> {
  const files = new Map<string, string>();
  for (const file of (await namesIn(folder)) ?? []) {
    const extension = extname(file);
    // macOS leaves `._NAME` beside files that it copies to other disks.
    if (!PICTURES.has(extension.toLowerCase()) || file.startsWith(".")) continue;
    const stem = file.slice(0, -extension.length);
    const earlier = files.get(stem);
    if (earlier !== undefined)
      throw new DataError(`${earlier} and ${file} are two images of one name`, ["remove or rename one of them"]);
    files.set(stem, join(folder, file));
  }
  return files;
}
