/**
 * One side of `forward-wasm.mjs`, in a process of its own: it loads its net, says that it is ready, and then answers each
 * message with the milliseconds of one forward pass, pixels in and mask out, those of the processor, and the mask.
 *
 *     fork("forward-side.mjs", ["rival" | "bundle", SETTINGS as JSON])
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { rivalNet } from "./rival.mjs";

/**
 * @typedef {{ side: number, width: number, padded: boolean, bundle: string }} Settings
 * `padded`: as the reference net, by 100; otherwise so that sides of multiples of 32 need no crop.
 */
// One and the same core for all of them: their builds for `import` and for `require` are two.
const require = createRequire(import.meta.url);
/** @type {typeof import("@tensorflow/tfjs-core")} */
const tf = require("@tensorflow/tfjs-core");
/** @type {typeof import("@tensorflow/tfjs-converter")} */
const { loadGraphModel } = require("@tensorflow/tfjs-converter");
/** @type {typeof import("@tensorflow/tfjs-backend-wasm")} */
const { setWasmPaths } = require("@tensorflow/tfjs-backend-wasm");

const [which, text] = process.argv.slice(2);
/** @type {Settings} */
const settings = JSON.parse(text);

/** The bundle as its user loads it, but for the files, which Node has to be told how to read. */
async function bundle() {
  const read = (name) => readFileSync(join(settings.bundle, name));
  const model = await loadGraphModel({
    load: async () => {
      const json = JSON.parse(read("model.json").toString("utf8"));
      const manifest = json.weightsManifest;
      const shards = manifest.flatMap((group) => group.paths).map(read);
      return {
        modelTopology: json.modelTopology,
        format: json.format,
        signature: json.signature,
        userDefinedMetadata: json.userDefinedMetadata,
        weightSpecs: manifest.flatMap((group) => group.weights),
        weightData: new Uint8Array(Buffer.concat(shards)).buffer,
      };
    },
  });
  const mask = model.outputs.find((output) => output.dtype === "int32") ?? model.outputs[0];
  return (/** @type {tf.Tensor4D} */ pixels) =>
    tf.tidy(() => model.execute({ [model.inputs[0].name]: tf.cast(pixels, model.inputs[0].dtype) }, mask.name));
}

setWasmPaths(`${dirname(require.resolve("@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm"))}/`);
await tf.setBackend("wasm");
await tf.ready();
if (tf.getBackend() !== "wasm") throw new Error(`the backend is ${tf.getBackend()}`);

const forward = await (which === "rival" ? rivalNet(tf, require("@tensorflow/tfjs-layers"), settings) : bundle());
const { side } = settings;
const values = Int32Array.from(
  { length: side * side * 3 },
  (_, index) => 127 + 127 * Math.sin(index / 50 + (index % 3)),
);
const pixels = tf.tensor4d(values, [1, side, side, 3], "float32");

process.on("message", () => {
  const start = performance.now();
  const used = process.cpuUsage();
  const mask = forward(pixels);
  const labels = mask.dataSync();
  const time = performance.now() - start;
  const { user, system } = process.cpuUsage(used);
  mask.dispose();
  process.send?.({ time, cpu: (user + system) / 1000, mask: Buffer.from(Uint8Array.from(labels)).toString("base64") });
});
process.send?.("ready");
