/** Bundles in fewer bits in a page, read by stock TF.js: the scores that the same bundle has in Node. */
import { join } from "node:path";
import { beforeEach, expect, test } from "vitest";
import { wasmEngine } from "../../src/engines/wasm.js";
import { initWeights } from "../../src/weights/init.js";
import { STORED_TYPES } from "../../targets/storage.js";
import { webTarget } from "../../targets/web/web.js";
import { SMALL } from "../cli/material.js";
import { partOfRange, type Numbers } from "../numbers/agreement.js";
import { compileText } from "../numbers/compiled.js";
import { patch } from "../numbers/photograph.js";
import { scratch } from "../weights/scratch.js";
import { chromiumMissing } from "./chromium.js";
import { runBundle } from "./run-bundle.js";

const folder = await scratch();
beforeEach((context) => {
  const missing = chromiumMissing();
  if (missing) context.skip(missing);
});

test.each(STORED_TYPES)("a bundle in %s gives in a page what it gives in Node", async (type) => {
  const plan = await compileText(SMALL);
  const bundle = join(folder, type);
  await webTarget.write(plan, initWeights(plan, 4), bundle, { quantize: [{ pattern: null, type }] });
  const { height, width, channels, data } = patch(13, 18);
  const image = { height, width, channels, data: [...data] };

  const model = await (await wasmEngine()).load(bundle);
  const fed = { data: Float32Array.from(data), shape: [1, height, width, channels] };
  const { score } = await model.run({ image: fed }, ["score"]);
  model.dispose();
  const { values } = await runBundle({ bundle, backend: "wasm", inputs: { image }, outputs: ["score"] });
  const { shape, data: found } = values["score"] as { shape: number[]; data: number[] };
  expect(partOfRange({ shape, data: Float32Array.from(found) }, score as Numbers)).toBeLessThan(1e-6);
});
