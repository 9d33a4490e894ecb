/** Names of classes from `.labels` files: those of the library, and those that lie with a data set. */
import { parseLabels } from "../model/labels.js";
import { nodeHost } from "../node-host.js";
import { DataError } from "./dataset.js";
import { readText } from "./files.js";

/** Of a list of the library: `voc.labels`. */
export async function libraryClasses(file: string): Promise<readonly string[]> {
  return namesOf(await nodeHost.read(`fcnc/${file}`), file);
}

/** @throws {DataError} with the line, where the file is no list of classes. */
export async function readClasses(path: string): Promise<readonly string[]> {
  return namesOf(await readText(path), path);
}

function namesOf(text: string, path: string): readonly string[] {
  const { labels, problems } = parseLabels(text, path);
  if (labels) return labels.classes.map(({ name }) => name);
  const [problem] = problems;
  throw new DataError(`line ${problem?.line} of ${path}: ${problem?.message}`, problem ? [problem.help] : []);
}
