"""Runs a plan in PyTorch by Caffe's rules, and writes the values of named operations.

    plan_torch.py --plan PLAN.json --weights FILE.safetensors --input image=IMAGE.npy --value score=SCORE.npy

An input is an array [H, W, C] of any number type, and so is a value. Everything is computed the plainest way from the
settings of the plan's operations: windows are laid out one by one, a deconvolution is dense even where a target would
make it separable. In double precision, unless `--type float32` asks for less.
"""

import argparse
import json
import sys

import numpy
import torch
import torch.nn.functional as F

import safetensors


class Plan:
    def __init__(self, plan, weights, inputs, dtype):
        self.plan, self.weights, self.inputs, self.dtype = plan, weights, inputs, dtype
        self.tensors = {tensor["name"]: tensor for tensor in plan["tensors"]}
        self.values = {}

    def run(self):
        with torch.no_grad():
            return self.forward()

    def forward(self):
        for operation in self.plan["operations"]:
            method = getattr(self, "op_" + operation["op"], None)
            if method is None:
                raise SystemExit(f"no rule for the operation {operation['op']}")
            values = [self.values[name] for name in operation["inputs"]]
            result = method(operation, *values)
            channels = operation["channels"]
            if result.shape[1] != channels:
                raise SystemExit(f"{operation['name']}: {result.shape[1]} channels where the plan says {channels}")
            if 0 in result.shape:
                raise SystemExit(f"{operation['name']}: an empty map of {tuple(result.shape)}")
            self.values[operation["name"]] = result
        return self.values

    def tensor(self, name):
        declared = self.tensors[name]
        shape = declared["shape"]
        if name in self.weights:
            array = self.weights[name]
            if list(array.shape) not in [shape, declared["denseShape"]]:
                raise SystemExit(f"{name}: {list(array.shape)} where the plan says {shape}")
        elif declared["generated"]:
            array = self.generated(declared)
        else:
            raise SystemExit(f"{name}: not among the weights")
        return torch.from_numpy(numpy.array(array, dtype="f8").reshape(shape)).to(self.dtype)

    def generated(self, declared):
        shape, init = declared["shape"], declared["init"]
        if init["kind"] == "bilinear":
            return safetensors.bilinear(shape[0], shape[2], shape[3])
        return numpy.full(shape, {"zero": 0.0, "constant": init.get("value")}[init["kind"]])

    def optional(self, name):
        return None if name is None else self.tensor(name)

    def op_input(self, operation):
        # The operation's name may differ from the input's where a net has named it anew; the layer's does not.
        array = self.inputs.get(operation["name"], self.inputs.get(operation["layer"]))
        if array is None:
            raise SystemExit(f"no value for the input {operation['name']}")
        return torch.from_numpy(numpy.array(array, dtype="f8")).to(self.dtype).permute(2, 0, 1)[None]

    def op_preprocess(self, operation, x):
        if operation["reverse"]:
            x = x.flip(1)
        if operation["log"]:
            x = x.log()
        return x * self.per_channel(operation["scale"]) + self.per_channel(operation["offset"])

    def per_channel(self, numbers):
        return torch.tensor(numbers, dtype=self.dtype).reshape(1, -1, 1, 1)

    def op_pad(self, operation, x):
        sides = [*operation["horizontal"], *operation["vertical"]]
        if operation["mode"] == "reflect":
            return F.pad(x, sides, mode="reflect")
        return F.pad(x, sides, value=operation["value"])

    def op_conv(self, operation, x):
        return F.conv2d(
            x,
            self.tensor(operation["weight"]),
            self.optional(operation["bias"]),
            stride=operation["stride"],
            padding=operation["pad"],
            dilation=operation["dilation"],
            groups=operation["groups"],
        )

    def op_deconv(self, operation, x):
        return F.conv_transpose2d(
            x,
            self.tensor(operation["weight"]),
            self.optional(operation["bias"]),
            stride=operation["stride"],
            padding=operation["pad"],
            dilation=operation["dilation"],
            groups=operation["groups"],
        )

    def op_upsample(self, operation, x):
        return self.op_deconv({**operation, "bias": None, "dilation": [1, 1], "groups": 1}, x)

    def op_pool(self, operation, x):
        settings = [operation["kernel"], operation["stride"], operation["pad"], operation.get("dilation", [1, 1])]
        clip = any(operation["pad"])
        axes = [
            windows(size, *axis, operation["rounding"], clip) for size, axis in zip(x.shape[2:], zip(*settings))
        ]
        rows = []
        for lines, height in axes[0]:
            row = []
            for columns, width in axes[1]:
                window = x[:, :, lines][:, :, :, columns]
                if operation["method"] == "max":
                    row.append(window.amax((2, 3)))
                else:
                    row.append(window.sum((2, 3)) / (height * width))
            rows.append(torch.stack(row, 2))
        return torch.stack(rows, 2)

    def op_globalpool(self, operation, x):
        return x.amax((2, 3), keepdim=True) if operation["method"] == "max" else x.mean((2, 3), keepdim=True)

    def op_resize(self, operation, x, reference=None):
        size = [operation["factor"] * extent for extent in x.shape[2:]] if reference is None else reference.shape[2:]
        corners = operation["align"] == "corners"
        if operation["method"] == "bilinear":
            return F.interpolate(x, size=list(size), mode="bilinear", align_corners=corners)
        if not corners:
            return F.interpolate(x, size=list(size), mode="nearest-exact")
        # PyTorch has no rule of its own here.
        for axis, (n, m) in enumerate(zip(x.shape[2:], size)):
            steps = max(m - 1, 1)
            x = x.index_select(axis + 2, torch.tensor([(2 * j * (n - 1) + steps) // (2 * steps) for j in range(m)]))
        return x

    def op_crop(self, operation, x, reference):
        (top, left), (height, width) = operation["offset"], reference.shape[2:]
        if top + height > x.shape[2] or left + width > x.shape[3]:
            raise SystemExit(f"{operation['name']}: the crop does not fit")
        return x[:, :, top : top + height, left : left + width]

    def op_sum(self, operation, *values):
        self.must_agree(operation, values)
        return sum(coefficient * value for coefficient, value in zip(operation["coefficients"], values, strict=True))

    def op_product(self, operation, *values):
        self.must_agree(operation, values)
        result = values[0]
        for value in values[1:]:
            result = result * value
        return result

    def must_agree(self, operation, values):
        # PyTorch would stretch a map of one unit over the other's.
        if len({tuple(value.shape) for value in values}) != 1:
            raise SystemExit(f"{operation['name']}: shapes {[tuple(value.shape) for value in values]}")

    def op_concat(self, operation, *values):
        return torch.cat(values, 1)

    def op_activation(self, operation, x):
        functions = {
            "relu": F.relu,
            "relu6": F.relu6,
            "sigmoid": torch.sigmoid,
            "tanh": torch.tanh,
            "elu": F.elu,
            "hardsigmoid": F.hardsigmoid,
            "hardswish": F.hardswish,
        }
        return functions[operation["function"]](x)

    def op_leaky(self, operation, x):
        return F.leaky_relu(x, operation["slope"])

    def op_prelu(self, operation, x):
        return F.prelu(x, self.tensor(operation["weight"]))

    def op_batchnorm(self, operation, x):
        mean, variance, weight, bias = (self.tensor(operation[key]) for key in ["mean", "variance", "weight", "bias"])
        return F.batch_norm(x, mean, variance, weight, bias, eps=operation["epsilon"])

    def op_dropout(self, operation, x):
        return x

    def op_scale(self, operation, x):
        x = x * self.tensor(operation["weight"]).reshape(1, -1, 1, 1)
        bias = self.optional(operation["bias"])
        return x if bias is None else x + bias.reshape(1, -1, 1, 1)

    def op_lrn(self, operation, x):
        size = operation["size"]
        before = (size - 1) // 2
        squares = F.pad(x * x, [0, 0, 0, 0, before, size - 1 - before])
        total = sum(squares[:, shift : shift + x.shape[1]] for shift in range(size))
        return x / (operation["k"] + operation["alpha"] / size * total) ** operation["beta"]

    def op_softmax(self, operation, x):
        return torch.softmax(x, 1)


def windows(size, kernel, stride, pad, dilation, rounding, clip):
    """For each window of a pooling along one axis its indices on the map, and how many it has with the padding."""
    span = size + 2 * pad - (dilation * (kernel - 1) + 1)
    count = (-(-span // stride) if rounding == "ceil" else span // stride) + 1
    if clip and (count - 1) * stride >= size + pad:
        count -= 1
    result = []
    for index in range(count):
        start = index * stride - pad
        places = [place for tap in range(kernel) if (place := start + tap * dilation) < size + pad]
        result.append(([place for place in places if 0 <= place < size], len(places)))
    return result


def pairs(texts):
    return dict(text.split("=", 1) for text in texts)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--plan", required=True)
    parser.add_argument("--weights")
    parser.add_argument("--input", action="append", default=[], metavar="NAME=FILE.npy")
    parser.add_argument("--value", action="append", default=[], metavar="OPERATION=FILE.npy")
    parser.add_argument("--type", default="float64", choices=["float32", "float64"])
    options = parser.parse_args()
    with open(options.plan, encoding="utf-8") as file:
        plan = json.load(file)
    weights = safetensors.read(options.weights) if options.weights else {}
    inputs = {name: numpy.load(path) for name, path in pairs(options.input).items()}
    values = Plan(plan, weights, inputs, getattr(torch, options.type)).run()
    for name, path in pairs(options.value).items():
        if name not in values:
            raise SystemExit(f"the plan has no operation {name}")
        numpy.save(path, values[name][0].permute(1, 2, 0).contiguous().numpy().astype("<f4"))


if __name__ == "__main__":
    sys.exit(main())
