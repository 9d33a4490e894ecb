/** The lists of names that make a data set's splits. */
import { basename, join } from "node:path";
import { callText } from "./call.js";
import { DataError, type DatasetCall } from "./dataset.js";
import { isFile, namesIn, readNames } from "./files.js";

/**
 * The names of a split: those of its list, and of `trainval` where there is no such list, those of `train` and `val`.
 * @param folder where `SPLIT.txt` lies
 * @throws {DataError} that says which lists there are.
 */
export async function namesOfSplit(call: DatasetCall, folder: string, split: string): Promise<readonly string[]> {
  const list = (name: string): string => join(folder, `${name}.txt`);
  if (await isFile(list(split))) return readNames(list(split));
  if (split === "trainval" && (await isFile(list("train"))) && (await isFile(list("val"))))
    return [...new Set([...(await readNames(list("train"))), ...(await readNames(list("val")))])];
  const lists = ((await namesIn(folder)) ?? []).filter((file) => file.endsWith(".txt"));
  const help =
    lists.length === 0
      ? "it has the names of the split's images, one a line"
      : `there are ${lists.map((file) => basename(file, ".txt")).join(", ")}`;
  throw new DataError(`\`${callText(call)}\`: there is no list ${list(split)}`, [help], { fault: "absent" });
}
