"""Three nets of other shapes than FCN on VGG16 for VOC, written by hand in PyTorch from the published prototxts.

    zoo_torch.py --net siftflow-fcn8s --weights FILE.safetensors --input image=IMAGE.npy --value score_sem=SCORE.npy

voc-fcn-alexnet has groups, normalization across channels, overlapping poolings and an odd kernel to upsample with;
nyud-fcn32s-color-hha is two trunks whose scores are averaged; siftflow-fcn8s is one trunk with two heads. Inputs are
arrays [H, W, 3] in 0..255, `image` and `color` of RGB; values are arrays [H, W, C].
"""

import argparse

import numpy
import torch
import torch.nn.functional as F

import safetensors
from voc_fcn_torch import STAGES, Layers, crop

MEANS = {
    "voc-fcn-alexnet": {"image": [104.00699, 116.66877, 122.67892]},
    "nyud-fcn32s-color-hha": {"color": [116.19, 97.203, 92.318], "hha": [132.431, 94.076, 118.477]},
    "siftflow-fcn8s": {"image": [114.578, 115.294, 108.353]},
}


def alexnet(layers, inputs):
    data = inputs["image"]

    def conv(x, name, pad, stride=1, groups=1):
        weight, bias = layers.blob(name + ".weight"), layers.blob(name + ".bias")
        return F.relu(F.conv2d(x, weight, bias, stride=stride, padding=pad, groups=groups))

    def pool(x):
        return F.max_pool2d(x, 3, 2, ceil_mode=True)

    def norm(x):
        # alpha is divided by the window here as it is in Caffe.
        return F.local_response_norm(x, 5, alpha=1e-4, beta=0.75, k=1)

    x = norm(pool(conv(data, "conv1", 100, stride=4)))
    x = norm(pool(conv(x, "conv2", 2, groups=2)))
    x = conv(x, "conv3", 1)
    x = conv(x, "conv4", 1, groups=2)
    x = pool(conv(x, "conv5", 1, groups=2))
    x = conv(conv(x, "fc6", 0), "fc7", 0)
    score_fr = layers.conv(x, "score_fr")
    kernel = torch.from_numpy(safetensors.bilinear(21, 63, 63)).to(layers.dtype)
    return {"score": crop(F.conv_transpose2d(score_fr, kernel, stride=32), 18, data)}


def vgg16(layers, data, suffix=""):
    x, pools = data, {}
    for stage, depth in enumerate(STAGES, 1):
        for index in range(1, depth + 1):
            first = stage == 1 and index == 1
            x = F.relu(layers.conv(x, f"conv{stage}_{index}{suffix}", pad=100 if first else 1))
        x = pools[stage] = F.max_pool2d(x, 2, 2, ceil_mode=True)
    x = F.relu(layers.conv(x, "fc6" + suffix, kernel=7))
    return F.relu(layers.conv(x, "fc7" + suffix)), pools


def color_hha(layers, inputs):
    scores = [layers.conv(vgg16(layers, inputs[name], name)[0], "score_fr" + name) for name in ["color", "hha"]]
    fused = 0.5 * scores[0] + 0.5 * scores[1]
    return {"score": crop(layers.upsample(fused, "upscore", 32), 19, inputs["color"])}


def siftflow(layers, inputs):
    data = inputs["image"]
    fc7, pools = vgg16(layers, data)
    values = {}
    for head in ["sem", "geo"]:
        deep = layers.upsample(layers.conv(fc7, "score_fr_" + head), "upscore2_" + head, 2)
        deep = deep + crop(layers.conv(pools[4], "score_pool4_" + head), 5, deep)
        deep = layers.upsample(deep, "upscore_pool4_" + head, 2)
        deep = deep + crop(layers.conv(pools[3], "score_pool3_" + head), 9, deep)
        values["score_" + head] = crop(layers.upsample(deep, "upscore8_" + head, 8), 31, data)
    return values


NETS = {"voc-fcn-alexnet": alexnet, "nyud-fcn32s-color-hha": color_hha, "siftflow-fcn8s": siftflow}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--net", required=True, choices=NETS)
    parser.add_argument("--weights", required=True)
    parser.add_argument("--input", action="append", default=[], metavar="NAME=FILE.npy")
    parser.add_argument("--value", action="append", default=[], metavar="NAME=FILE.npy")
    parser.add_argument("--type", default="float64", choices=["float32", "float64"])
    options = parser.parse_args()

    dtype, inputs = getattr(torch, options.type), {}
    for name, path in (text.split("=", 1) for text in options.input):
        array = numpy.load(path).astype("f8")
        bgr = array if name == "hha" else array[:, :, ::-1]
        less = bgr - MEANS[options.net][name]
        inputs[name] = torch.from_numpy(less.transpose(2, 0, 1).copy()).to(dtype)[None]
    with torch.no_grad():
        values = NETS[options.net](Layers(safetensors.read(options.weights), dtype), inputs)
    for name, path in (text.split("=", 1) for text in options.value):
        numpy.save(path, values[name][0].permute(1, 2, 0).contiguous().numpy().astype("<f4"))


if __name__ == "__main__":
    main()
