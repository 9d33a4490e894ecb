/**
 * One side of `forward-wasm.mjs`, in a process of its own: it loads its net, says that it is ready, and then answers each
 * message with the milliseconds of one forward pass, pixels in and mask out, those of the processor, and the mask.
 *
 *     fork("forward-side.mjs", ["rival" | "bundle", SETTINGS as JSON])
 */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { bilinearHwoi, trunk, weightsOf } from "./vgg.mjs";

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
const classes = 21;

/** The net as one writes it by hand with tf.layers: an ordinary, dense Conv2DTranspose upsamples. */
function rival() {
  /** @type {typeof import("@tensorflow/tfjs-layers")} */
  const { sequential, layers } = require("@tensorflow/tfjs-layers");
  const model = sequential();
  const { side, padded } = settings;
  model.add(layers.zeroPadding2d({ inputShape: [side, side, 3], padding: padded ? 100 : 1, name: "pad" }));
  trunk({ width: settings.width, classes }).forEach((layer) => {
    if ("pool" in layer) {
      // `same` rounds up, as Caffe does, where kernel and stride are both 2.
      model.add(layers.maxPooling2d({ poolSize: 2, strides: 2, padding: "same", name: layer.pool }));
      return;
    }
    const { name, outputs, kernel } = layer;
    const valid = name === "conv1_1" || (name === "fc6" && padded);
    const shape = { filters: outputs, kernelSize: kernel, padding: valid ? "valid" : "same", name };
    const activation = name === "score_fr" ? "linear" : "relu";
    model.add(layers.conv2d({ ...shape, activation, kernelInitializer: "zeros" }));
  });
  const upscore = { filters: classes, kernelSize: 64, strides: 32, useBias: false, kernelInitializer: "zeros" };
  model.add(layers.conv2dTranspose({ ...upscore, padding: padded ? "valid" : "same", name: "upscore" }));
  const size = model.outputs[0].shape[1];
  if (padded) {
    const crop = [19, size - 19 - side];
    model.add(layers.cropping2D({ cropping: [crop, crop], name: "score" }));
  }

  trunk({ width: settings.width, classes })
    .filter((layer) => "name" in layer)
    .forEach((convolution, index) => {
      const { name, inputs, outputs, kernel } = convolution;
      const { weight, bias } = weightsOf(convolution, 2 * index + 1);
      const hwio = tf.tidy(() => tf.transpose(tf.tensor(weight, [outputs, inputs, kernel, kernel]), [2, 3, 1, 0]));
      model.getLayer(name).setWeights([hwio, tf.tensor1d(bias)]);
    });
  model.getLayer("upscore").setWeights([tf.tensor(bilinearHwoi(classes, 64), [64, 64, classes, classes])]);

  const mean = tf.tensor1d([104.00699, 116.66877, 122.67892]);
  return (/** @type {tf.Tensor4D} */ pixels) =>
    tf.tidy(() => tf.argMax(model.predict(tf.sub(tf.reverse(pixels, -1), mean)), -1));
}

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

const forward = await (which === "rival" ? rival() : bundle());
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
