/** tfjs-node as `.ci/install-native` or `fcnc engine install` made it. */
import { createRequire } from "node:module";
import { join } from "node:path";
import nodeUtil from "node:util";

/**
 * @param {string} folder has it in its node_modules
 * @returns {typeof import("@tensorflow/tfjs-core")}
 */
export function nativeTensorFlow(folder) {
  // tfjs-node calls them, and Node 23 dropped them.
  nodeUtil.isNullOrUndefined ??= (value) => value === null || value === undefined;
  nodeUtil.isArray ??= Array.isArray;
  return createRequire(join(folder, "package.json"))("@tensorflow/tfjs-node");
}
