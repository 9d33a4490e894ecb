"""Trains a plan in PyTorch by Caffe's rules, in double precision: the gradient is autograd's.

    train_torch.py --plan PLAN.json --weights FILE.safetensors --rate 1e-3 --image image=IMAGES.npy \\
        --label score=LABELS.npy --out OUT.safetensors

Images are [steps, N, H, W, C], labels [steps, N, H, W]. Prints {"losses": [...]}; OUT holds the weights after the last
step as float32, and under `<tensor>/gradient` the gradients of the first step. Dropout is off.
"""

import argparse
import json
import sys

import numpy
import torch
import torch.nn.functional as F

import safetensors
from plan_torch import Plan, pairs


class TrainedPlan(Plan):
    """The same rules on weights that autograd follows, for a batch of images."""

    def __init__(self, plan, weights):
        super().__init__(plan, weights, {}, torch.float64)
        self.parameters = {}

    def tensor(self, name):
        if name not in self.parameters:
            value = super().tensor(name)
            self.parameters[name] = value.requires_grad_(self.tensors[name]["trainable"])
        return self.parameters[name]

    def op_input(self, operation):
        array = self.inputs.get(operation["name"], self.inputs.get(operation["layer"]))
        return torch.from_numpy(numpy.array(array, dtype="f8")).permute(0, 3, 1, 2)


def loss_of(plan, values, labels):
    recipe = (plan["train"].get("loss") or {}).get("arguments", {})
    operations = {operation["name"]: operation for operation in plan["operations"]}
    total = 0
    for output in plan["outputs"]:
        last = operations[output["value"]]
        scores = values[last["inputs"][0] if last["op"] == "softmax" else last["name"]]
        label = torch.from_numpy(numpy.array(labels[output["name"]], dtype="i8"))
        weights = recipe.get("weights")
        if isinstance(weights, dict):
            weights = weights.get(output["name"])
        reduce = recipe.get("reduce", "mean")
        loss = F.cross_entropy(
            scores,
            label,
            weight=None if weights is None else torch.tensor(weights, dtype=torch.float64),
            ignore_index=-100 if output["ignore"] is None else output["ignore"],
            reduction=reduce,
        )
        if reduce == "sum":
            loss = loss / scores.shape[0]
        total = total + loss * recipe.get("heads", {}).get(output["name"], 1)
    return total


class Sgd:
    """history = momentum history + rate (gradient + decay weight); weight -= history"""

    def __init__(self, settings):
        self.settings, self.history = settings, {}

    def change(self, name, rate, gradient, step):
        history = self.settings.get("momentum", 0) * self.history.get(name, 0) + rate * gradient
        self.history[name] = history
        return history


class Adam:
    """Kingma and Ba (2015), in the form at the end of section 2."""

    def __init__(self, settings):
        self.settings, self.moments = settings, {}

    def change(self, name, rate, gradient, step):
        beta1, beta2 = self.settings.get("beta1", 0.9), self.settings.get("beta2", 0.999)
        first, second = self.moments.get(name, (0, 0))
        first = beta1 * first + (1 - beta1) * gradient
        second = beta2 * second + (1 - beta2) * gradient**2
        self.moments[name] = first, second
        corrected = rate * (1 - beta2 ** (step + 1)) ** 0.5 / (1 - beta1 ** (step + 1))
        return corrected * first / (second**0.5 + self.settings.get("epsilon", 1e-8))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--plan", required=True)
    parser.add_argument("--weights", required=True)
    parser.add_argument("--rate", required=True, type=float)
    parser.add_argument("--image", action="append", default=[], metavar="INPUT=FILE.npy")
    parser.add_argument("--label", action="append", default=[], metavar="OUTPUT=FILE.npy")
    parser.add_argument("--out", required=True)
    options = parser.parse_args()
    with open(options.plan, encoding="utf-8") as file:
        plan = json.load(file)
    images = {name: numpy.load(path) for name, path in pairs(options.image).items()}
    labels = {name: numpy.load(path) for name, path in pairs(options.label).items()}
    net = TrainedPlan(plan, safetensors.read(options.weights))
    optimizer = plan["train"]["optimizer"]
    settings = optimizer["arguments"]
    rule = {"sgd": Sgd, "adam": Adam}[optimizer["call"]](settings)
    losses, out = [], {}
    for step in range(len(next(iter(images.values())))):
        net.inputs = {name: array[step] for name, array in images.items()}
        net.values = {}
        loss = loss_of(plan, net.forward(), {name: array[step] for name, array in labels.items()})
        losses.append(loss.item())
        trained = {name: value for name, value in net.parameters.items() if value.requires_grad}
        gradients = torch.autograd.grad(loss, list(trained.values()), allow_unused=True)
        with torch.no_grad():
            for (name, value), gradient in zip(trained.items(), gradients, strict=True):
                if gradient is None:
                    continue
                declared = net.tensors[name]
                if step == 0:
                    out[name + "/gradient"] = gradient.clone()
                decayed = gradient + settings.get("decay", 0) * declared["decay"] * value
                value -= rule.change(name, options.rate * declared["rate"], decayed, step)
    out.update({name: value.detach() for name, value in net.parameters.items()})
    safetensors.write(options.out, {name: value.numpy().astype("<f4") for name, value in out.items()})
    json.dump({"losses": losses}, sys.stdout)


if __name__ == "__main__":
    sys.exit(main())
