/** The helper itself, on a graph written by hand: two scores of each pixel by a 1x1 convolution, and which is higher. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { chromiumMissing } from "./chromium.js";
import { runBundle } from "./run-bundle.js";

let bundle = "";
beforeAll(() => {
  bundle = mkdtempSync(join(tmpdir(), "fcnc-bundle-"));
  writeFileSync(join(bundle, "model.json"), JSON.stringify(model));
  // [1, 1, 3, 2]: the first score is red, the second is the mean of green and blue.
  const kernel = Float32Array.of(1, 0, 0, 0.5, 0, 0.5);
  const axis = Int32Array.of(-1);
  writeFileSync(join(bundle, "shard.bin"), Buffer.concat([kernel, axis].map(({ buffer }) => new Uint8Array(buffer))));
});
afterAll(() => rmSync(bundle, { recursive: true }));
beforeEach((context) => {
  const missing = chromiumMissing();
  if (missing) context.skip(missing);
});

it.each(["wasm", "cpu"] as const)("runs a bundle in a page on %s", async (backend) => {
  const data = [200, 10, 10, 30, 60, 60];
  const image = { height: 1, width: 2, channels: 3, data };
  const result = await runBundle({ bundle, backend, inputs: { image }, outputs: ["scores", "mask"] });
  expect(result).toEqual({
    backend,
    leaked: 0,
    values: {
      scores: { shape: [1, 1, 2, 2], dtype: "float32", data: [200, 10, 30, 60] },
      mask: { shape: [1, 1, 2], dtype: "int32", data: [0, 1] },
    },
  });
});

it("says what is wrong with a bundle", async () => {
  const image = { height: 1, width: 1, channels: 3, data: [1, 2, 3] };
  const run = { bundle, backend: "cpu", inputs: { image }, outputs: ["nothing"] } as const;
  await expect(runBundle(run)).rejects.toThrow(/nothing/);
});

const float = { type: "DT_FLOAT" };
const shape = (...extents: string[]): object => ({ shape: { dim: extents.map((size) => ({ size })) } });
const text = (value: string): string => Buffer.from(value).toString("base64");
const model = {
  format: "graph-model",
  signature: {
    inputs: { image: { name: "image:0", dtype: "DT_FLOAT", tensorShape: { dim: [{ size: "-1" }] } } },
    outputs: { mask: { name: "mask:0" } },
  },
  modelTopology: {
    versions: { producer: 1000 },
    node: [
      { name: "image", op: "Placeholder", attr: { dtype: float, shape: shape("1", "-1", "-1", "3") } },
      {
        name: "kernel",
        op: "Const",
        attr: { dtype: float, value: { tensor: { dtype: "DT_FLOAT", tensorShape: {} } } },
      },
      {
        name: "scores",
        op: "Conv2D",
        input: ["image", "kernel"],
        attr: {
          T: float,
          strides: { list: { i: ["1", "1", "1", "1"] } },
          dilations: { list: { i: ["1", "1", "1", "1"] } },
          padding: { s: text("VALID") },
          data_format: { s: text("NHWC") },
        },
      },
      {
        name: "axis",
        op: "Const",
        attr: { dtype: { type: "DT_INT32" }, value: { tensor: { dtype: "DT_INT32", tensorShape: {} } } },
      },
      { name: "mask", op: "ArgMax", input: ["scores", "axis"], attr: { T: float, output_type: { type: "DT_INT64" } } },
    ],
  },
  weightsManifest: [
    {
      paths: ["shard.bin"],
      weights: [
        { name: "kernel", shape: [1, 1, 3, 2], dtype: "float32" },
        { name: "axis", shape: [], dtype: "int32" },
      ],
    },
  ],
};
