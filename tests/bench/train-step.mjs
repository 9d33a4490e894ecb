/**
 * Time of one training step of a VGG FCN-32s at a quarter of its width: the graph that `--target tfjs-node` writes, beside
 * the same step written with tfjs-node's eager operations, in one process and by turns. SGD with momentum and decay.
 *
 *     node tests/bench/train-step.mjs [--native FOLDER] [--side 224] [--rounds 15]
 *
 * FOLDER has tfjs-node in its node_modules, as `.ci/install-native` makes it. The losses of both are compared first.
 */
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

/** The same net, eagerly: its weights are those that training starts from. */
async function eagerStep() {
  const variables = new Map();
  for (const { name, shape, isWeight } of training.state) {
    if (!isWeight) continue;
    const values = tf.tensor(await training.readWeights(name), shape);
    variables.set(name, tf.variable(shape.length === 4 ? tf.transpose(values, [2, 3, 1, 0]) : values));
  }
  const history = new Map([...variables].map(([name, value]) => [name, tf.variable(tf.zerosLike(value), false)]));
  const { scale, offset } = plan.operations.find(({ op }) => op === "preprocess");
  const forward = () => {
    let map = tf.add(tf.mul(tf.reverse(image, 3), scale), offset);
    for (const layer of layers) {
      if ("pool" in layer) {
        map = tf.maxPool(map, 2, 2, "same");
        continue;
      }
      const linear = tf.conv2d(map, variables.get(`${layer.name}.weight`), 1, "same");
      map = tf.add(linear, variables.get(`${layer.name}.bias`));
      if (layer.name !== "score_fr") map = tf.relu(map);
    }
    const [, height, width] = map.shape;
    const interpolation = (inputs) => {
      const rows = Array.from({ length: size }, (_, y) =>
        Array.from({ length: inputs }, (__, x) => Math.max(0, 1 - Math.abs(y + 16 - 31.5 - 32 * x) / 32)),
      );
      return tf.tensor2d(rows);
    };
    const across = tf.reshape(tf.transpose(map, [0, 2, 1, 3]), [width, height * CLASSES]);
    const wide = tf.reshape(tf.matMul(interpolation(width), across), [size, height, CLASSES]);
    const down = tf.reshape(tf.transpose(wide, [1, 0, 2]), [height, size * CLASSES]);
    return tf.reshape(tf.matMul(interpolation(height), down), [size * size, CLASSES]);
  };
  const loss = () => {
    const logarithms = tf.logSoftmax(forward());
    const truth = tf.oneHot(tf.reshape(label, [size * size]), CLASSES);
    return tf.neg(tf.mean(tf.sum(tf.mul(truth, logarithms), 1)));
  };
  return () =>
    tf.tidy(() => {
      const { value, grads } = tf.variableGrads(loss, [...variables.values()]);
      for (const [name, variable] of variables) {
        const decayed = tf.add(grads[variable.name], tf.mul(variable, DECAY));
        history.get(name).assign(tf.add(tf.mul(history.get(name), MOMENTUM), tf.mul(decayed, RATE)));
        variable.assign(tf.sub(variable, history.get(name)));
      }
      return value.dataSync()[0];
    });
}

const eager = await eagerStep();
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
