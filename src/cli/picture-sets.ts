/** `--image FOLDER`, and several files: pictures by name, one for each input of a net. */
import { stat } from "node:fs/promises";
import { imageFiles } from "../data/stems.js";
import type { Plan } from "../model/plan.js";
import { Fault, UsageError } from "./fail.js";
import { stem } from "./paths.js";
import { inputOf } from "./pictures.js";

/** Pictures of one example, as `--image` takes them: `input=file`. */
export interface PictureSet {
  /** The files' name, without folder and extension. */
  readonly name: string;
  readonly files: Readonly<Record<string, string>>;
}

/** Named in a message. */
const SHOWN = 5;

/** The first of what was given that is a folder, or null. */
export async function folderAmong(plan: Plan, given: readonly string[]): Promise<string | null> {
  for (const text of given) {
    const { file } = inputOf(plan, text);
    if (await isFolder(file)) return file;
  }
  return null;
}

/**
 * All pictures of folders and files, in the order of their names; those of several inputs are paired by name.
 * @throws {Fault} for a folder without pictures, two of one name, or names that an input lacks
 */
export async function pictureSets(plan: Plan, given: readonly string[]): Promise<PictureSet[]> {
  const found = new Map(plan.inputs.map(({ name }) => [name, new Map<string, string>()]));
  for (const text of given) {
    const { input, file } = inputOf(plan, text);
    const files = found.get(input);
    if (!files) throw new Error(`no input ${input}`);
    for (const [name, path] of (await isFolder(file)) ? await picturesIn(file) : [[stem(file), file] as const]) {
      const earlier = files.get(name);
      if (earlier !== undefined)
        throw new Fault(`${earlier} and ${path} have one name, and would be written to the same files`, [
          "rename one of them, or predict them in two calls",
        ]);
      files.set(name, path);
    }
  }
  const names = [...new Set([...found.values()].flatMap((files) => [...files.keys()]))].toSorted();
  for (const [input, files] of found) {
    if (files.size === 0) throw new UsageError(`${plan.net} also wants --image ${input}=FOLDER`);
    const missing = names.filter((name) => !files.has(name));
    if (missing.length > 0)
      throw new Fault(`input \`${input}\` has no picture of the name ${missing.slice(0, SHOWN).join(", ")}`, [
        "pictures of several inputs are paired by their names without extension",
      ]);
  }
  return names.map((name) => ({
    name,
    files: Object.fromEntries([...found].map(([input, files]) => [input, files.get(name) ?? ""])),
  }));
}

async function picturesIn(folder: string): Promise<ReadonlyMap<string, string>> {
  const files = await imageFiles(folder);
  if (files.size === 0) throw new Fault(`\`${folder}\` has no PNG or JPEG pictures in it`);
  return files;
}

const isFolder = async (path: string): Promise<boolean> => (await stat(path).catch(() => null))?.isDirectory() ?? false;
