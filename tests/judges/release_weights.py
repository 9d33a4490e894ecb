"""Random weights and statistics for a release's own module, under the release's own names, and its features.

    release_weights.py --release torchvision.vgg16 --weights OUT.safetensors --image IMAGE.npy --value OUT.npy

The image is an array [H, W, 3] as the weights expect it (colours in their order, mean taken off, scaled); the value an
array [H, W, C] of what stands before the classifier. With `--names OUT.json` alone it lists names and shapes.
"""

import argparse
import json
import math

import numpy


def write_safetensors(path, tensors):
    header, offset = {}, 0
    for name, value in tensors.items():
        header[name] = {"dtype": "F32", "shape": list(value.shape), "data_offsets": [offset, offset + 4 * value.size]}
        offset += 4 * value.size
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(len(text).to_bytes(8, "little") + text)
        for value in tensors.values():
            file.write(numpy.ascontiguousarray(value, dtype="<f4").tobytes())


def random_value(random, name, shape, fan_in):
    """Such that activations keep their size from layer to layer, and every number matters."""
    last = name.replace("/", ".").rsplit(".", 1)[-1]
    if last in ("running_var", "moving_variance"):
        return random.uniform(0.5, 1.5, shape)
    if last == "gamma" or (last == "weight" and len(shape) == 1):
        return random.uniform(0.5, 1.5, shape)
    if len(shape) < 2:
        return random.uniform(-0.2, 0.2, shape)
    return random.normal(0, math.sqrt(2 / fan_in), shape)


def torchvision_release(model):
    import torch
    from torchvision_on_cpu import torchvision

    models = torchvision.models
    make = {
        "vgg16": lambda: models.vgg16(weights=None),
        "alexnet": lambda: models.alexnet(weights=None),
        "googlenet": lambda: models.googlenet(weights=None, init_weights=False, aux_logits=True),
        "resnet50": lambda: models.resnet50(weights=None),
        "mobilenet_v2": lambda: models.mobilenet_v2(weights=None),
        "fcn_resnet50": lambda: models.segmentation.fcn_resnet50(weights=None, weights_backbone=None, aux_loss=True),
    }[model]
    # Without numbers: those that are wanted are assigned, and making the others would take its time.
    with torch.device("meta"):
        net = make().eval()
    names = {name: list(value.shape) for name, value in net.state_dict().items()}

    def features(x):
        if hasattr(net, "features"):
            return net.features(x)
        if model == "resnet50":
            x = net.maxpool(net.relu(net.bn1(net.conv1(x))))
            return net.layer4(net.layer3(net.layer2(net.layer1(x))))
        x = net.maxpool2(net.conv3(net.conv2(net.maxpool1(net.conv1(x)))))
        x = net.maxpool3(net.inception3b(net.inception3a(x)))
        for name in "abcde":
            x = getattr(net, "inception4" + name)(x)
        return net.inception5b(net.inception5a(net.maxpool4(x)))

    def run(random, image):
        values = {}
        for name, value in net.state_dict().items():
            shape = list(value.shape)
            if name.endswith("num_batches_tracked"):
                values[name] = numpy.zeros(shape, dtype="i8")
            elif name.startswith(("classifier.0", "classifier.1", "classifier.3", "classifier.4", "classifier.6")):
                continue
            else:
                values[name] = random_value(random, name, shape, math.prod(shape[1:])).astype("f4")
        state = {name: torch.from_numpy(value) for name, value in values.items()}
        strangers = net.load_state_dict(state, strict=False, assign=True).unexpected_keys
        assert not strangers, strangers
        net.double()
        with torch.no_grad():
            value = features(torch.from_numpy(image.astype("f8").transpose(2, 0, 1).copy())[None])
        return values, value[0].permute(1, 2, 0).contiguous().numpy()

    return names, run


def keras_release(model, names_only):
    import keras

    keras.config.set_floatx("float64")
    make = getattr(keras.applications, model)
    names = {w.path: list(w.shape) for w in make(weights=None).weights} if names_only else {}

    def run(random, image):
        net = make(weights=None, include_top=False, input_shape=image.shape)
        values = {}
        for weight in net.weights:
            shape = list(weight.shape)
            fan_in = math.prod(shape[:2]) if "depthwise" in weight.path else math.prod(shape[:-1])
            values[weight.path] = random_value(random, weight.path, shape, fan_in).astype("f4")
            weight.assign(values[weight.path])
        return values, numpy.array(net(image[None].astype("f8"), training=False))[0]

    return names, run


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--release", required=True)
    parser.add_argument("--names")
    parser.add_argument("--weights")
    parser.add_argument("--image")
    parser.add_argument("--value")
    options = parser.parse_args()
    library, model = options.release.split(".")
    names, run = torchvision_release(model) if library == "torchvision" else keras_release(model, options.names is not None)
    if options.names:
        with open(options.names, "w") as file:
            json.dump(names, file)
        return
    weights, value = run(numpy.random.default_rng(5), numpy.load(options.image).astype("f4"))
    write_safetensors(options.weights, weights)
    numpy.save(options.value, value.astype("<f4"))


if __name__ == "__main__":
    main()
