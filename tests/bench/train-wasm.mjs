/**
 * Time of one training step of a VGG FCN-32s at a quarter of its width on WASM: fcnc's, beside the same step with TF.js's
 * own gradients and the one kernel that WASM lacks for it composed as one would at first: for each tap of a filter a
 * product that transposes by itself. Both in one process and by turns; WASM has one thread in Node, so that processor time
 * is compared, which other programs disturb less.
 *
 *     node tests/bench/train-wasm.mjs [--side 224] [--rounds 7] [--json]
 */
import * as tf from "@tensorflow/tfjs-core";
// It brings TF.js its gradients, which fcnc has no need of.
import "@tensorflow/tfjs-layers";
import { compile } from "../../dist/index.js";
import { initWeights, nodeHost, openTrainer } from "../../dist/node.js";
import { eagerStep } from "./eager-step.mjs";
import { byTurns, option, report } from "./measure.mjs";
import { CLASSES, quarterWidthSpec } from "./quarter-width.mjs";
import { trunk } from "./vgg.mjs";

const size = Number(option("side", "224"));
const rounds = Number(option("rounds", "7"));
const sgd = { rate: 1e-3, momentum: 0.9, decay: 5e-4 };
const layers = trunk({ width: 1 / 4, classes: CLASSES });
const { plan } = await compile(quarterWidthSpec(layers, sgd), nodeHost);
const weights = initWeights(plan, 1);
const trainer = await openTrainer(plan, weights, { engine: "wasm" });

/** The gradient of a convolution by its filter, tap by tap. */
tf.registerKernel({
  kernelName: "Conv2DBackpropFilter",
  backendName: "wasm",
  kernelFunc: ({ inputs: { x, dy }, attrs: { filterShape, pad } }) =>
    tf.tidy(() => {
      const [height, width, channels, outputs] = filterShape;
      const before = pad === "same" ? [height - 1, width - 1].map((extent) => Math.floor(extent / 2)) : [0, 0];
      const [, rows, columns] = dy.shape;
      const margins = [height - 1 - before[0], width - 1 - before[1]];
      const padded = tf.pad(x, [
        [0, 0],
        [before[0], margins[0]],
        [before[1], margins[1]],
        [0, 0],
      ]);
      const flat = tf.reshape(dy, [rows * columns, outputs]);
      const taps = [];
      for (let row = 0; row < height; row++)
        for (let column = 0; column < width; column++) {
          const part = tf.slice(padded, [0, row, column, 0], [1, rows, columns, channels]);
          taps.push(tf.matMul(tf.reshape(part, [rows * columns, channels]), flat, true, false));
        }
      return tf.reshape(tf.stack(taps), filterShape);
    }),
});

const image = tf.tidy(() => tf.floor(tf.randomUniform([1, size, size, 3], 0, 256, "float32", 1)));
const label = tf.tidy(() => tf.cast(tf.randomUniform([1, size, size], 0, CLASSES, "float32", 2), "int32"));
const batch = {
  images: { image: { shape: image.shape, data: await image.data() } },
  labels: { score: { shape: label.shape, data: await label.data() } },
  names: ["random"],
};
const given = new Map();
for (const { name, shape, isWeight } of trainer.state)
  if (isWeight) given.set(name, { shape, values: await trainer.read(name) });
const preprocess = plan.operations.find(({ op }) => op === "preprocess");
const naive = eagerStep(tf, { layers, weights: given, preprocess, image, label, classes: CLASSES, ...sgd });
const own = async () => (await trainer.step(batch, { rate: sgd.rate, seed: 0 })).loss;

for (let step = 0; step < 3; step++) {
  const [loss, other] = [await own(), naive()];
  if (!(Math.abs(loss - other) < 1e-3 * other))
    throw new Error(`step ${step}: a loss of ${loss}, and ${other} naively`);
}
const timed = (step) => async () => {
  const start = process.cpuUsage();
  await step();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
};
const times = await byTurns({ own: timed(own), naive: timed(naive) }, rounds);
report({ name: `a training step at ${size} px on WASM`, ratio: times.own / times.naive, target: 0.35, ...times });
trainer.close();
