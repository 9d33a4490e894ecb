"""Trains a folder of the target tfjs-node in Python's TensorFlow, by its signatures.

    train_tensorflow.py --folder GRAPH --rate 1e-2 --image image=IMAGES.npy --label label=LABELS.npy

Images are [steps, N, H, W, C], labels [steps, N, H, W], by the names of the signature's inputs. Prints {"losses": [...]}.
"""

import argparse
import json
import os
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")

import numpy
import tensorflow

import safetensors


def pairs(texts):
    return dict(text.split("=", 1) for text in texts)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", required=True)
    parser.add_argument("--rate", required=True, type=float)
    parser.add_argument("--image", action="append", default=[], metavar="INPUT=FILE.npy")
    parser.add_argument("--label", action="append", default=[], metavar="INPUT=FILE.npy")
    options = parser.parse_args()
    images = {name: numpy.load(path).astype("f4") for name, path in pairs(options.image).items()}
    labels = {name: numpy.load(path).astype("i4") for name, path in pairs(options.label).items()}
    signatures = tensorflow.saved_model.load(options.folder).signatures
    for name, value in safetensors.read(os.path.join(options.folder, "weights.safetensors")).items():
        signatures["write/" + name](value=tensorflow.constant(value))
    with open(os.path.join(options.folder, "training.json"), encoding="utf-8") as file:
        seed = json.load(file)["seed"]
    losses = []
    for step in range(len(next(iter(images.values())))):
        batch = {name: tensorflow.constant(array[step]) for name, array in {**images, **labels}.items()}
        numbers = {
            "rate": tensorflow.constant(options.rate, "float32"),
            "step": tensorflow.constant(step, "int32"),
            "seed": tensorflow.constant(seed, "int32"),
        }
        losses.append(float(signatures["step"](**batch, **numbers)["loss"]))
    json.dump({"losses": losses}, sys.stdout)


if __name__ == "__main__":
    sys.exit(main())
