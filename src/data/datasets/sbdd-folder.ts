/** Where SBD lies. */
import { findFolder } from "../call.js";
import type { DatasetCall } from "../dataset.js";

/** @throws {DataError} */
export const sbddFolder = (call: DatasetCall): Promise<string> =>
  findFolder(call, ["benchmark_RELEASE/dataset", "sbdd/dataset", "SBD/dataset", "sbd/dataset"], ["img", "cls"]);
