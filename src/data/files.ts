/** Files of a dataset, read within limits; what is wrong is said with the file's path. */
import { open, readdir, stat } from "node:fs/promises";
import { howToRaise, limitSettings, type LimitName } from "../limits.js";
import { reasonOf } from "../weights/errors.js";
import { DataError } from "./dataset.js";

/**
 * All bytes of a file.
 * @throws {DataError} when it is missing, no ordinary file, or larger than the limit.
 */
export async function readBytes(path: string, limit: LimitName): Promise<Uint8Array> {
  const handle = await open(path, "r").catch(unreadable(path));
  try {
    const found = await handle.stat();
    if (!found.isFile())
      throw new DataError(`${path} is ${found.isDirectory() ? "a folder" : "no ordinary file"}`, [], {
        fault: "unreadable",
      });
    const most = limitSettings.limits[limit];
    if (found.size > most)
      throw new DataError(`${path} has ${found.size} bytes, and up to ${most} are read`, [howToRaise(limit)], {
        fault: "unreadable",
      });
    return await handle.readFile().catch(unreadable(path));
  } finally {
    await handle.close();
  }
}

/** @throws {DataError} also for what is no text in UTF-8. */
export async function readText(path: string): Promise<string> {
  const bytes = await readBytes(path, "textCharacters");
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new DataError(`${path} is no text in UTF-8`, ["save it as plain text"]);
  }
}

/**
 * A list of images as datasets have it: a name a line, without its folder and extension. Blank lines are skipped.
 * @throws {DataError} for an empty list and for lines that are paths: names stay in the dataset's folders.
 */
export async function readNames(path: string): Promise<string[]> {
  const names: string[] = [];
  for (const [index, line] of (await readText(path)).split("\n").entries()) {
    const name = line.trim();
    if (name === "") continue;
    if (/[/\\\0]/.test(name) || name === "." || name === "..")
      throw new DataError(`line ${index + 1} of ${path} is no name of an image: \`${name.slice(0, 60)}\``, [
        "write a name a line, without its folder and extension, such as 2007_000032",
      ]);
    names.push(name);
  }
  if (names.length === 0) throw new DataError(`${path} is empty`, ["it lists the names of images, one a line"]);
  return names;
}

/** Names in a folder, sorted by their characters' codes, so in one order on every machine; null where it is none. */
export async function namesIn(folder: string): Promise<string[] | null> {
  const found = await readdir(folder).catch(() => null);
  return found && found.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

export async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null))?.isDirectory() ?? false;
}

export async function isFile(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null))?.isFile() ?? false;
}

function unreadable(path: string): (error: unknown) => never {
  return (error) => {
    const missing = error instanceof Error && "code" in error && error.code === "ENOENT";
    const message = missing ? `there is no file ${path}` : `${path} cannot be read: ${reasonOf(error)}`;
    throw new DataError(message, [], { cause: error, fault: missing ? "missing" : "unreadable" });
  };
}
