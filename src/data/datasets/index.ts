/** The kinds of dataset, by name. */
import { nearest } from "../../diagnostics/suggest.js";
import { checkArguments } from "../call.js";
import { DataError, type Dataset, type DatasetCall, type DatasetKind } from "../dataset.js";
import { cityscapes } from "./cityscapes.js";
import { folder } from "./folder.js";
import { nyud } from "./nyud.js";
import { pascalContext } from "./pascal-context.js";
import { sbdd } from "./sbdd.js";
import { siftflow } from "./siftflow.js";
import { voc, voc2011, voc2012 } from "./voc.js";

export { callText, datasetCallOf } from "../call.js";

/** Sorted by name. */
export const datasetKinds: readonly DatasetKind[] = [
  cityscapes,
  folder,
  nyud,
  pascalContext,
  sbdd,
  siftflow,
  voc,
  voc2011,
  voc2012,
];

/**
 * Opens the dataset of a call: reads its lists of names, and no picture.
 * @throws {DataError} when there is no such kind, folder or split, or its list is empty.
 */
export async function openDataset(call: DatasetCall): Promise<Dataset> {
  const kind = datasetKinds.find(({ name }) => name === call.kind);
  if (!kind) {
    const names = datasetKinds.map(({ name }) => name);
    const near = nearest(call.kind, names);
    throw new DataError(`there is no data set \`${call.kind}\``, [
      near ? `did you mean \`${near}\`?` : `there are ${names.join(", ")}`,
    ]);
  }
  checkArguments(call, kind);
  return kind.open(call);
}
