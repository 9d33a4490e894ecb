/** Names of classes from `.labels` files: those of the library, and those that lie with a data set. */
import { extname, join } from "node:path";
import { parseLabels } from "../model/labels.js";
import { nodeHost } from "../node-host.js";
import { pathOf, textArgument } from "./call.js";
import { DataError, type DatasetCall } from "./dataset.js";
import { namesIn, readText } from "./files.js";

/** Of a list of the library: `voc.labels`. */
export async function libraryClasses(file: string): Promise<readonly string[]> {
  return namesOf(await nodeHost.read(`fcnc/${file}`), file);
}

/**
 * Of the file that a call names as `classes`, or of the one list that lies in the data set's folder, or null.
 * @throws {DataError} with the line, where the file is no list of classes.
 */
export async function folderClasses(call: DatasetCall, folder: string | null): Promise<readonly string[] | null> {
  const named = textArgument(call, "classes");
  if (named !== null) return readClasses(pathOf(call, named));
  const held = folder === null ? null : await namesIn(folder);
  const [list, second] = (held ?? []).filter((file) => extname(file) === ".labels");
  return folder === null || list === undefined || second !== undefined ? null : readClasses(join(folder, list));
}

async function readClasses(path: string): Promise<readonly string[]> {
  return namesOf(await readText(path), path);
}

function namesOf(text: string, path: string): readonly string[] {
  const { labels, problems } = parseLabels(text, path);
  if (labels) return labels.classes.map(({ name }) => name);
  const [problem] = problems;
  throw new DataError(`line ${problem?.line} of ${path}: ${problem?.message}`, problem ? [problem.help] : []);
}
