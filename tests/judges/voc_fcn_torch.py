"""VGG16 as FCN-32s, 16s, 8s and 8s at-once for PASCAL VOC, written by hand in PyTorch from the published nets.

    voc_fcn_torch.py --net voc-fcn8s --weights FILE.safetensors --image IMAGE.npy --score SCORE.npy

The image is an array [H, W, 3] of RGB in 0..255; the scores are an array [H, W, classes]. `--width 1/16` has every
layer but the score layers at a sixteenth of its channels. `--unpadded` is FCN-32s with conv1_1 padded by 1, fc6 by 3 and
the deconvolution by 16, so that nothing is cropped where the sides are multiples of 32.
"""

import argparse
import fractions

import numpy
import torch
import torch.nn.functional as F

import safetensors

MEAN_BGR = [104.00699, 116.66877, 122.67892]
STAGES = [2, 2, 3, 3, 3]
NETS = ["voc-fcn32s", "voc-fcn16s", "voc-fcn8s", "voc-fcn8s-atonce"]


class Layers:
    def __init__(self, weights, dtype):
        self.weights, self.dtype = weights, dtype

    def blob(self, name):
        return torch.from_numpy(numpy.array(self.weights[name], dtype="f8")).to(self.dtype)

    def conv(self, x, name, pad=0, kernel=1):
        weight = self.blob(name + ".weight")
        if weight.dim() == 2:  # a dense layer's [out, in], as fc6 and fc7 come from a classifier
            weight = weight.reshape(weight.shape[0], -1, kernel, kernel)
        return F.conv2d(x, weight, self.blob(name + ".bias"), padding=pad)

    def upsample(self, x, name, factor, pad=0):
        channels, kernel = x.shape[1], 2 * factor
        if name + ".weight" in self.weights:
            weight = self.blob(name + ".weight")
        else:
            weight = torch.from_numpy(safetensors.bilinear(channels, kernel, kernel)).to(self.dtype)
        return F.conv_transpose2d(x, weight, stride=factor, padding=pad)


def crop(x, offset, reference):
    height, width = reference.shape[2:]
    cropped = x[:, :, offset : offset + height, offset : offset + width]
    assert cropped.shape[2:] == reference.shape[2:], "the crop does not fit"
    return cropped


def scores(net, layers, data, unpadded):
    x, pools = data, {}
    for stage, depth in enumerate(STAGES, 1):
        for index in range(1, depth + 1):
            first = stage == 1 and index == 1
            x = F.relu(layers.conv(x, f"conv{stage}_{index}", pad=100 if first and not unpadded else 1))
        x = pools[stage] = F.max_pool2d(x, 2, 2, ceil_mode=True)
    x = F.relu(layers.conv(x, "fc6", pad=3 if unpadded else 0, kernel=7))
    x = F.relu(layers.conv(x, "fc7"))
    score_fr = layers.conv(x, "score_fr")

    if net == "voc-fcn32s":
        if unpadded:
            return layers.upsample(score_fr, "upscore", 32, pad=16)
        return crop(layers.upsample(score_fr, "upscore", 32), 19, data)

    at_once = net == "voc-fcn8s-atonce"
    upscore2 = layers.upsample(score_fr, "upscore2", 2)
    score_pool4 = layers.conv(pools[4] * 0.01 if at_once else pools[4], "score_pool4")
    fuse_pool4 = upscore2 + crop(score_pool4, 5, upscore2)
    if net == "voc-fcn16s":
        return crop(layers.upsample(fuse_pool4, "upscore16", 16), 27, data)

    upscore_pool4 = layers.upsample(fuse_pool4, "upscore_pool4", 2)
    score_pool3 = layers.conv(pools[3] * 0.0001 if at_once else pools[3], "score_pool3")
    fuse_pool3 = upscore_pool4 + crop(score_pool3, 9, upscore_pool4)
    return crop(layers.upsample(fuse_pool3, "upscore8", 8), 31, data)


def check_width(weights, width):
    """A file of another width would run just as well, and be compared with the wrong net."""
    wanted = {"conv1_1": 64, "conv2_1": 128, "conv3_1": 256, "conv4_1": 512, "conv5_1": 512, "fc6": 4096, "fc7": 4096}
    for name, channels in wanted.items():
        found = weights[name + ".weight"].shape[0]
        assert found == channels * width, f"{name} has {found} channels, not {channels * width}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--net", required=True, choices=NETS)
    parser.add_argument("--width", type=fractions.Fraction, default=fractions.Fraction(1))
    parser.add_argument("--unpadded", action="store_true")
    parser.add_argument("--weights", required=True)
    parser.add_argument("--image", required=True)
    parser.add_argument("--score", required=True)
    parser.add_argument("--type", default="float64", choices=["float32", "float64"])
    options = parser.parse_args()
    assert not options.unpadded or options.net == "voc-fcn32s", "only FCN-32s has an unpadded form here"

    weights = safetensors.read(options.weights)
    check_width(weights, options.width)
    dtype = getattr(torch, options.type)
    bgr = numpy.load(options.image)[:, :, ::-1].astype("f8") - MEAN_BGR
    data = torch.from_numpy(bgr.transpose(2, 0, 1).copy()).to(dtype)[None]
    with torch.no_grad():
        score = scores(options.net, Layers(weights, dtype), data, options.unpadded)
    numpy.save(options.score, score[0].permute(1, 2, 0).contiguous().numpy().astype("<f4"))


if __name__ == "__main__":
    main()
