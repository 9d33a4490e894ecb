/** What data set a folder holds, by its layout. */
import { DataError, type Dataset, type DatasetCall } from "../dataset.js";
import { datasetKinds, openDataset } from "../datasets/index.js";

export interface Recognised {
  readonly call: DatasetCall;
  readonly dataset: Dataset;
}

/** Splits that are made of others: they are looked at where those are not there. */
const DERIVED: ReadonlySet<string> = new Set(["trainval", "seg11valid"]);

/**
 * The splits of the set that a folder is, or that it holds as a data root.
 * @throws {DataError} when it has the layout of no kind; or of one, but a list of it is not as it should be.
 */
export async function recognise(folder: string): Promise<readonly Recognised[]> {
  for (const place of [
    { arguments: { "0": folder }, root: "." },
    { arguments: {}, root: folder },
  ])
    for (const { name, splits } of datasetKinds) {
      const found: Recognised[] = [];
      for (const split of splits) {
        if (DERIVED.has(split) && found.length > 0) continue;
        found.push(...(await opened({ ...place, kind: name, arguments: { ...place.arguments, split } })));
      }
      if (found.length === 0 && name === "folder") found.push(...(await opened({ ...place, kind: name })));
      if (found.length > 0) return found;
    }
  throw new DataError(`${folder} has the layout of no data set that fcnc knows`, [
    "docs/data.md shows the layouts",
    'or write which it is: `fcnc data check \'folder(images: "FOLDER", labels: "FOLDER")\'`',
  ]);
}

/** Nothing where the set or the split is absent. */
async function opened(call: DatasetCall): Promise<readonly Recognised[]> {
  try {
    return [{ call, dataset: await openDataset(call) }];
  } catch (error) {
    if (error instanceof DataError && error.fault === "absent") return [];
    throw error;
  }
}
