/** What a page fetches of ours before TensorFlow.js, or ONNX Runtime, is asked for. */
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { root } from "../cli/run.js";

const built = join(root, "dist", "web");

/** A file and what it imports by name; what it imports by a call comes when it is wanted. */
function fetched(path: string): string[] {
  const text = readFileSync(join(built, path), "utf8");
  const imports = text.matchAll(/(?:\bfrom|\bimport)\s*["'`]([^"'`]+)["'`]/g);
  return [path, ...[...imports].flatMap(([, file = ""]) => fetched(join(dirname(path), file)))];
}

test.each(["runtime", "onnxruntime"])("the module and its engine are 12 kB at most: %s", (folder) => {
  const files = ["fcn.js", `${folder}/engine.js`].flatMap(fetched);
  const sizes = files.map((path) => gzipSync(readFileSync(join(built, path)), { level: 9 }).length);
  expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(12_000);
});
