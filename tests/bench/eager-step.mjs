/** The training step of a VGG FCN-32s as one writes it with TensorFlow.js: its gradients are TF.js's own. */

/**
 * SGD with momentum and decay, the mean loss of all pixels; images and labels stay what they are.
 * @param {typeof import("@tensorflow/tfjs-core")} tf
 * @param {{
 *   layers: readonly ({ name: string } | { pool: string })[],
 *   weights: ReadonlyMap<string, { shape: readonly number[], values: Float32Array }>,
 *   preprocess: { scale: readonly number[], offset: readonly number[] },
 *   image: import("@tensorflow/tfjs-core").Tensor4D,
 *   label: import("@tensorflow/tfjs-core").Tensor3D,
 *   classes: number, rate: number, momentum: number, decay: number,
 * }} step
 * @returns {() => number} runs a step and gives its loss
 */
export function eagerStep(tf, { layers, weights, preprocess, image, label, classes, rate, momentum, decay }) {
  const [, size] = image.shape;
  const variables = new Map();
  for (const [name, { shape, values }] of weights) {
    const tensor = tf.tensor(values, shape);
    variables.set(name, tf.variable(shape.length === 4 ? tf.transpose(tensor, [2, 3, 1, 0]) : tensor));
  }
  const history = new Map([...variables].map(([name, value]) => [name, tf.variable(tf.zerosLike(value), false)]));
  const forward = () => {
    let map = tf.add(tf.mul(tf.reverse(image, 3), preprocess.scale), preprocess.offset);
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
    const across = tf.reshape(tf.transpose(map, [0, 2, 1, 3]), [width, height * classes]);
    const wide = tf.reshape(tf.matMul(interpolation(width), across), [size, height, classes]);
    const down = tf.reshape(tf.transpose(wide, [1, 0, 2]), [height, size * classes]);
    return tf.reshape(tf.matMul(interpolation(height), down), [size * size, classes]);
  };
  const loss = () => {
    const scores = forward();
    const logarithms = tf.sub(scores, tf.logSumExp(scores, 1, true));
    const truth = tf.oneHot(tf.reshape(label, [size * size]), classes);
    return tf.neg(tf.mean(tf.sum(tf.mul(truth, logarithms), 1)));
  };
  return () =>
    tf.tidy(() => {
      const { value, grads } = tf.variableGrads(loss, [...variables.values()]);
      for (const [name, variable] of variables) {
        const decayed = tf.add(grads[variable.name], tf.mul(variable, decay));
        history.get(name).assign(tf.add(tf.mul(history.get(name), momentum), tf.mul(decayed, rate)));
        variable.assign(tf.sub(variable, history.get(name)));
      }
      return value.dataSync()[0];
    });
}
