/** The rival of the forward benches, in Node and in pages alike. */
import { bilinearHwoi, trunk, weightsOf } from "./vgg.mjs";

const classes = 21;

/**
 * The net as one writes it by hand with tf.layers: an ordinary, dense Conv2DTranspose upsamples.
 * @param {typeof import("@tensorflow/tfjs-core")} tf
 * @param {typeof import("@tensorflow/tfjs-layers")} layers
 * @param {{ side: number, width: number, padded: boolean }} settings
 */
export function rivalNet(tf, { sequential, layers }, settings) {
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
