"""A training step written by hand in TensorFlow: the rival of train-step-python.mjs, which speaks to it by lines.

    train_step.py --net fcn32s|fcn8s --weights FILE.safetensors --side 224 --image FILE.f32 --label FILE.i32

`fcn32s` is bench/quarter-width.mjs's net, padded to keep sizes; `fcn8s` is specs/voc-fcn8s.fcn. One `tf.function` in NHWC
has forward, gradient and update; Caffe's momentum is the fused operation that Keras used. Each line on stdin is a step and
answered by {"loss", "milliseconds", "cpu"}; "peak" is answered by {"peak"}: VmHWM in megabytes.
"""

import argparse
import json
import os
import sys
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import numpy
import tensorflow as tf

sys.path.append(os.path.join(os.path.dirname(__file__), "..", "judges"))
import safetensors

STAGES = ["conv1_1 conv1_2", "conv2_1 conv2_2", "conv3_1 conv3_2 conv3_3", "conv4_1 conv4_2 conv4_3", "conv5_1 conv5_2 conv5_3"]
RECIPES = {
    "fcn32s": {"mean": [104, 117, 123], "scale": 0.02, "momentum": 0.9, "bias": (1, 1), "sum": False},
    "fcn8s": {"mean": [104.00699, 116.66877, 122.67892], "scale": 1, "momentum": 0.99, "bias": (2, 0), "sum": True},
}
DECAY = 5e-4
CLASSES = 21


def interpolation(outputs, inputs, factor, offset):
    """Rows are pixels of the upsampled map from `offset` on, columns those of the map: the bilinear kernel of 2 factor."""
    at = numpy.arange(outputs)[:, None] + offset - (factor - 0.5) - factor * numpy.arange(inputs)[None, :]
    return tf.constant(numpy.maximum(0, 1 - abs(at) / factor), tf.float32)


def upsampled(scores, factor, offset, size):
    """A fixed bilinear deconvolution and the crop after it, as two small products: its fastest form on a processor."""
    _, height, width, _ = scores.shape
    across = tf.reshape(tf.transpose(scores, [0, 2, 1, 3]), [width, height * CLASSES])
    wide = tf.reshape(tf.matmul(interpolation(size, width, factor, offset), across), [size, height, CLASSES])
    down = tf.reshape(tf.transpose(wide, [1, 0, 2]), [height, size * CLASSES])
    return tf.reshape(tf.matmul(interpolation(size, height, factor, offset), down), [1, size, size, CLASSES])


class Net:
    def __init__(self, kind, weights):
        self.kind = kind
        self.recipe = RECIPES[kind]
        stored = safetensors.read(weights)
        self.weights = {name: tf.Variable(native(stored[name])) for name in self.names() if name in stored}
        self.history = {name: tf.Variable(tf.zeros_like(value)) for name, value in self.weights.items()}

    def names(self):
        layers = " ".join(STAGES).split() + ["fc6", "fc7", "score_fr"]
        if self.kind == "fcn8s":
            layers += ["score_pool4", "score_pool3"]
        return [f"{layer}.{blob}" for layer in layers for blob in ("weight", "bias")]

    def conv(self, value, name, padding="SAME"):
        linear = tf.nn.conv2d(value, self.weights[f"{name}.weight"], 1, padding)
        return tf.nn.bias_add(linear, self.weights[f"{name}.bias"])

    def scores(self, image):
        size = image.shape[1]
        value = (tf.reverse(image, [-1]) - self.recipe["mean"]) * self.recipe["scale"]
        full = self.kind == "fcn8s"
        if full:
            value = tf.pad(value, [[0, 0], [100, 100], [100, 100], [0, 0]])
        pools = []
        for stage in STAGES:
            for name in stage.split():
                value = tf.nn.relu(self.conv(value, name, "VALID" if full and name == "conv1_1" else "SAME"))
            value = tf.nn.max_pool2d(value, 2, 2, "SAME")
            pools.append(value)
        for name in ("fc6", "fc7"):
            value = tf.nn.relu(self.conv(value, name, "VALID" if full and name == "fc6" else "SAME"))
            if full:
                value = tf.nn.dropout(value, 0.5)
        deep = self.conv(value, "score_fr")
        if not full:
            return upsampled(deep, 32, 16, size)
        for pool, offset in ((3, 5), (2, 9)):
            whole = 2 * deep.shape[1] + 2
            shallow = self.conv(pools[pool], f"score_pool{pool + 1}")
            deep = upsampled(deep, 2, 0, whole) + shallow[:, offset : offset + whole, offset : offset + whole]
        return upsampled(deep, 8, 31, size)

    @tf.function
    def step(self, image, label, rate):
        recipe = self.recipe
        with tf.GradientTape() as tape:
            scores = tf.reshape(self.scores(image), [-1, CLASSES])
            truth = tf.reshape(label, [-1])
            valid = truth != 255
            counts = tf.cast(valid, tf.float32)
            known = tf.where(valid, truth, 0)
            losses = tf.nn.sparse_softmax_cross_entropy_with_logits(known, scores) * counts
            loss = tf.reduce_sum(losses)
            if not recipe["sum"]:
                loss = tf.math.divide_no_nan(loss, tf.reduce_sum(counts))
        names = list(self.weights)
        for name, gradient in zip(names, tape.gradient(loss, [self.weights[name] for name in names])):
            weight = self.weights[name]
            multiples = recipe["bias"] if name.endswith(".bias") else (1, 1)
            if multiples[1] > 0:
                gradient = gradient + DECAY * multiples[1] * weight
            tf.raw_ops.ResourceApplyKerasMomentum(
                var=weight.handle,
                accum=self.history[name].handle,
                lr=rate * multiples[0],
                grad=gradient,
                momentum=recipe["momentum"],
            )
        return loss


def native(array):
    """OIHW as TensorFlow has it, HWIO."""
    return array.transpose(2, 3, 1, 0) if array.ndim == 4 else array


def peak():
    with open("/proc/self/status", encoding="ascii") as file:
        return next(int(line.split()[1]) / 1024 for line in file if line.startswith("VmHWM"))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("net", "weights", "image", "label"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--side", required=True, type=int)
    parser.add_argument("--rate", required=True, type=float)
    options = parser.parse_args()
    side = options.side
    net = Net(options.net, options.weights)
    image = tf.constant(numpy.fromfile(options.image, "<f4").reshape(1, side, side, 3))
    label = tf.constant(numpy.fromfile(options.label, "<i4").reshape(1, side, side))
    rate = tf.constant(options.rate)
    print(json.dumps({"tensorflow": tf.__version__}), flush=True)
    for line in sys.stdin:
        if line.strip() == "peak":
            answer = {"peak": peak()}
        else:
            start, cpu = time.perf_counter(), time.process_time()
            loss = float(net.step(image, label, rate))
            answer = {
                "loss": loss,
                "milliseconds": 1000 * (time.perf_counter() - start),
                "cpu": 1000 * (time.process_time() - cpu),
            }
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
