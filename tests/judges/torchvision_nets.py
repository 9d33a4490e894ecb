"""Runs torchvision's own modules with weights that bear the compiler's names.

    torchvision_nets.py --net fcn_resnet50 --weights FILE.safetensors --image IMAGE.npy --value score=SCORE.npy

A key of torchvision's is ours without its `backbone.` and with every number behind a dot joined by `_`:
`backbone.layer1.0.downsample.0.weight` is `layer1_0.downsample_0.weight`. The image is an array [H, W, 3] of RGB in
0..255, and a value an array [H, W, C]: of fcn_resnet50 `classifier_4`, the scores before they are resized, and `score`;
of mobilenet_v2 `features_0` and so on, the trunk's stages.
"""

import argparse
import re

import numpy
import torch
import torch.nn.functional as F

import safetensors
from torchvision_on_cpu import torchvision

# Of ImageNet, by which torchvision's transforms normalize what they have scaled to 0..1.
MEAN, DEVIATION = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]


def fcn_resnet50():
    net = torchvision.models.segmentation.fcn_resnet50(weights=None, weights_backbone=None, aux_loss=False)

    def run(image):
        scores = net.classifier(net.backbone(image)["out"])
        resized = net(image)["out"]
        again = F.interpolate(scores, size=image.shape[2:], mode="bilinear", align_corners=False)
        assert torch.equal(resized, again), "the module does something else with its scores"
        return {"classifier_4": scores, "score": resized}

    return net, run


def mobilenet_v2():
    features = torchvision.models.mobilenet_v2(weights=None).features[:18]

    def run(image):
        values, x = {}, image
        for index, stage in enumerate(features):
            x = values[f"features_{index}"] = stage(x)
        return values

    return torch.nn.ModuleDict({"features": features}), run


def load(net, weights, strangers):
    """Fills a module; what the file has beyond it must be one of `strangers`, by its layer."""
    state, left = {}, set(weights)
    for key, value in net.state_dict().items():
        if key.endswith("num_batches_tracked"):
            continue
        name = re.sub(r"\.(\d+)", r"_\1", key.removeprefix("backbone."))
        left.discard(name)
        assert list(weights[name].shape) == list(value.shape), f"{name}: {weights[name].shape} and {value.shape}"
        state[key] = torch.from_numpy(numpy.array(weights[name], dtype="f8"))
    left = {name for name in left if name.rsplit(".", 1)[0] not in strangers}
    assert not left, f"torchvision has no {', '.join(sorted(left))}"
    missing = net.load_state_dict(state, strict=False).missing_keys
    assert all(key.endswith("num_batches_tracked") for key in missing), missing


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--net", required=True, choices=["fcn_resnet50", "mobilenet_v2"])
    parser.add_argument("--weights", required=True)
    parser.add_argument("--stranger", action="append", default=[], help="a layer that is not torchvision's")
    parser.add_argument("--image", required=True)
    parser.add_argument("--value", action="append", default=[], metavar="NAME=FILE.npy")
    options = parser.parse_args()

    net, run = {"fcn_resnet50": fcn_resnet50, "mobilenet_v2": mobilenet_v2}[options.net]()
    net.double().eval()
    load(net, safetensors.read(options.weights), options.stranger)
    pixels = numpy.load(options.image).astype("f8") / 255
    image = torch.from_numpy(((pixels - MEAN) / DEVIATION).transpose(2, 0, 1).copy())[None]
    with torch.no_grad():
        values = run(image)
    for name, path in (text.split("=", 1) for text in options.value):
        numpy.save(path, values[name][0].permute(1, 2, 0).contiguous().numpy().astype("<f4"))


if __name__ == "__main__":
    main()
