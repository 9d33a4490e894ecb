/**
 * Time of one training step of a VGG FCN-32s at a quarter of its width: the graph that `--target tfjs-node` writes, beside
 * the same step written with tfjs-node's eager operations, in one process and by turns. SGD with momentum and decay.
 *
 *     node tests/bench/train-step.mjs [--native FOLDER] [--side 224] [--rounds 15]
 *
 * FOLDER has tfjs-node in its node_modules, as `.ci/install-native` makes it. The losses of both are compared first.
 */
import { eagerStep } from "./eager-step.mjs";
import { byTurns, option, report } from "./measure.mjs";
import { CLASSES, openQuarterWidth } from "./quarter-width.mjs";

const size = Number(option("side", "224"));
const rounds = Number(option("rounds", "15"));
const RATE = 1e-3;
const MOMENTUM = 0.9;
const DECAY = 5e-4;
const { tf, training, plan, layers } = await openQuarterWidth({ rate: RATE, momentum: MOMENTUM, decay: DECAY });
const image = tf.tidy(() => tf.floor(tf.randomUniform([1, size, size, 3], 0, 256, "float32", 1)));
const label = tf.tidy(() => tf.cast(tf.randomUniform([1, size, size], 0, CLASSES, "float32", 2), "int32"));

const weights = new Map();
for (const { name, shape, isWeight } of training.state)
  if (isWeight) weights.set(name, { shape, values: await training.readWeights(name) });
const sgd = { rate: RATE, momentum: MOMENTUM, decay: DECAY };
const preprocess = plan.operations.find(({ op }) => op === "preprocess");
const eager = eagerStep(tf, { layers, weights, preprocess, image, label, classes: CLASSES, ...sgd });
const compiled = async () => (await training.step(image, label, { rate: RATE })).loss;
for (let step = 0; step < 3; step++) {
  const [own, other] = [await compiled(), eager()];
  if (!(Math.abs(own - other) < 1e-3 * other)) throw new Error(`step ${step}: a loss of ${own}, and ${other} eagerly`);
}
const timed = (step) => async () => {
  const start = performance.now();
  await step();
  return performance.now() - start;
};
const times = await byTurns({ compiled: timed(compiled), eager: timed(eager) }, rounds);
report({ name: `a training step at ${size} px`, ratio: times.compiled / times.eager, target: 0.6, ...times });
