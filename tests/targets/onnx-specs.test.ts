/** Every net of the library as the graph of a bundle on ONNX Runtime: valid by onnx's own checker. */
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { compile } from "../../src/compile.js";
import { nodeHost } from "../../src/node-host.js";
import { lower } from "../../targets/onnx/lower.js";
import { TargetError } from "../../targets/target.js";
import { ONNX_WEIGHTS } from "../../targets/web/runtimes.js";
import { onnxNet } from "../../targets/web/onnx-net.js";
import { pythonMissing, runJudge } from "../judges/python.js";
import { compileText } from "../numbers/compiled.js";
import { scratch } from "../weights/scratch.js";
import { TRIAL } from "../../targets/web/runtime/onnx/trial.js";
import { trialModel } from "./onnx-trial.js";

const missing = pythonMissing("onnx");
const folder = await scratch();
const specs = readdirSync(join(import.meta.dirname, "../../specs")).filter((name) => name.endsWith(".fcn"));

test("onnx's checker takes the graphs of all specs", async (context) => {
  if (missing !== null) return context.skip(missing);
  const paths: string[] = [];
  // The checker wants to see the file of the weights, and does not look into it.
  writeFileSync(join(folder, ONNX_WEIGHTS), "");
  for (const spec of specs) {
    const { plan } = await compile({ path: `fcnc/${spec}` }, nodeHost);
    if (!plan) throw new Error(`${spec} does not compile`);
    const net = await onnxNet(plan, null, []);
    const path = join(folder, `${spec}.onnx`);
    writeFileSync(path, net.graph([]));
    paths.push(path);
    if (net.webgpu) {
      const other = join(folder, `${spec}-webgpu.onnx`);
      writeFileSync(other, net.webgpu.graph());
      paths.push(other);
    }
    expect(net.stored[0]?.name, spec).toBe(net.stored[0]?.tensor);
    expect(net.bytes, spec).toBe(net.stored.reduce((sum, { bytes }) => sum + bytes, 0));
  }
  expect(paths.length).toBeGreaterThan(15);
  await runJudge("onnx_check.py", paths);
});

test("the model that the module tries backends with is what it says", () => {
  expect(TRIAL).toBe(Buffer.from(trialModel()).toString("base64"));
});

const OF = (output: string) => `fcn 1
net one {
  input image: rgb[H, W, 3]
  a = image -> conv(4, 3, pad: 1)
  ${output}
}
`;

test("an output that is called `mask` has a mask of another name", async () => {
  const plan = await compileText(OF("mask = a -> relu -> sigmoid\n  output mask"));
  const { graph, heads } = lower(plan, new Set());
  expect(heads.map(({ scores, mask }) => [scores, mask])).toEqual([["mask", "mask/mask"]]);
  const names = graph.nodes.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});

test("types of weights that this runtime does not have are refused", async () => {
  const plan = await compileText(OF("score = a -> relu\n  output score"));
  await expect(onnxNet(plan, null, [{ pattern: null, type: "uint8" }])).rejects.toThrow(TargetError);
  await expect(onnxNet(plan, null, [{ pattern: null, type: "float32" }])).resolves.toMatchObject({
    file: "model.onnx",
  });
});
