/** The TensorFlow.js that bundles carry has what nets are lowered to, and no more than some of the rest. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { initWeights } from "../../src/weights/init.js";
import { buildModel } from "../../targets/web/build.js";
import { root } from "../cli/run.js";
import { CASES } from "../targets/primitives.js";

const text = readFileSync(join(root, "dist/web/runtime/tfjs-core.js"), "utf8");
const isThere = (operation: string): boolean => new RegExp(`tfOpName:["'\`]${operation}["'\`]`).test(text);

test.each(Object.entries(CASES))("the operations of `%s` are there", async (_, [builder]) => {
  const plan = builder.plan();
  const { modelJson } = await buildModel(plan, initWeights(plan, 7));
  const operations = [...new Set(modelJson.modelTopology.node.map(({ op }) => op))];
  expect(operations.filter((operation) => !isThere(operation))).toEqual([]);
});

test("those of control flow and text are not", () => {
  expect(["While", "TensorListStack", "StringSplit", "SparseReshape"].filter(isThere)).toEqual([]);
});
