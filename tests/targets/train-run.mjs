/**
 * A person's own program, on the module of a folder: steps at random images, the same in every run.
 *
 *     node train-run.mjs FOLDER NATIVE FROM TO [load=FILE] [save=FILE]
 *
 * Prints the losses of steps FROM to TO (exclusive) and a digest of the state after them.
 */
import { createHash } from "node:crypto";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [folder, native, from, to, ...rest] = process.argv.slice(2);
const files = Object.fromEntries(rest.map((text) => text.split("=", 2)));
// node-pre-gyp takes the program's arguments for its own.
process.argv = process.argv.slice(0, 2);
const require = createRequire(join(native, "package.json"));
const nodeUtil = require("node:util");
nodeUtil.isNullOrUndefined ??= (value) => value === null || value === undefined;
nodeUtil.isArray ??= Array.isArray;
const tf = require("@tensorflow/tfjs-node");
const { open } = await import(pathToFileURL(join(folder, "train.js")).href);

const training = await open(folder, { tf });
if (files.load) await training.load(files.load);
if (training.updates !== Number(from)) throw new Error(`the run is at ${training.updates}, not at ${from}`);

const losses = [];
for (let step = Number(from); step < Number(to); step++) {
  const images = tf.tidy(() => tf.floor(tf.randomUniform([1, 17, 22, 3], 0, 256, "float32", step)));
  const labels = tf.tidy(() => tf.cast(tf.randomUniform([1, 17, 22], 0, 4, "float32", step + 1000), "int32"));
  const { loss } = await training.step(images, labels, { rate: 1e-2 });
  losses.push(loss);
  images.dispose();
  labels.dispose();
}
if (files.save) await training.save(files.save);

const digest = createHash("sha256");
for (const { name } of training.state) digest.update(new Uint8Array((await training.readWeights(name)).buffer));
console.log(JSON.stringify({ losses, digest: digest.digest("hex"), tensors: tf.memory().numTensors }));
training.close();
