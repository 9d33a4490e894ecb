/**
 * The images of VOC 2011's validation set that SBD does not train on (736 of 1111): the split that the reference nets are
 * validated on. SBD labels images of VOC's validation set too, so a net trained on SBD has seen the others.
 */
import { join } from "node:path";
import { DataError, type DatasetCall } from "../dataset.js";
import { isFile, readNames } from "../files.js";
import { sbddFolder } from "./sbdd-folder.js";

/**
 * @param list where the list would be
 * @param val names of VOC 2011's validation set
 * @throws {DataError} that says what to get, where SBD is not there to compute the split from.
 */
export async function seg11valid(call: DatasetCall, list: string, val: readonly string[]): Promise<readonly string[]> {
  const sbdd = await sbddFolder({ kind: "sbdd", arguments: {}, root: call.root }).catch(() => null);
  const train = sbdd === null ? null : join(sbdd, "train.txt");
  if (train === null || !(await isFile(train)))
    throw new DataError(
      `there is no list ${list}, and no SBD beside it to compute it from`,
      [
        "put data/pascal/seg11valid.txt of github.com/shelhamer/fcn.berkeleyvision.org there",
        "or put SBD (benchmark_RELEASE) into the same data root: the split is VOC 2011's val without SBD's train",
      ],
      { fault: "absent" },
    );
  const trained = new Set(await readNames(train));
  return val.filter((name) => !trained.has(name));
}
