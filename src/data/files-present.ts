/** Whether all files of a dataset are there: looked at once, before a run that would otherwise end in its third epoch. */
import { DataError, type Dataset } from "./dataset.js";
import { isFile } from "./files.js";

/** Named in a message; the rest is counted. */
const SHOWN = 5;

/** Files that are missing, in the order of the examples. None is opened. */
export async function missingFiles(dataset: Dataset): Promise<string[]> {
  const missing: string[] = [];
  for (let index = 0; index < dataset.names.length; index += 1)
    for (const file of dataset.filesOf(index)) if (!(await isFile(file))) missing.push(file);
  return missing;
}

/** @throws {DataError} that names the first of those that are missing. */
export async function admitFiles(dataset: Dataset): Promise<void> {
  const missing = await missingFiles(dataset);
  if (missing.length === 0) return;
  const more = missing.length > SHOWN ? `, and ${missing.length - SHOWN} more` : "";
  const count = missing.length === 1 ? "a file is" : `${missing.length} files are`;
  throw new DataError(
    `of ${dataset.title} ${count} missing: ${missing.slice(0, SHOWN).join(", ")}${more}`,
    ["unpack the data set again, or take the names out of its list"],
    { fault: "missing" },
  );
}
