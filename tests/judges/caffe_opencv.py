"""Runs a Caffe net in OpenCV: a prototxt with the weights of a safetensors file.

    caffe_opencv.py --prototxt NET.prototxt --weights FILE.safetensors --input data=IMAGE.npy --mean 104,117,123 \
        --value score=SCORE.npy

Weights are keyed `<layer>.weight` and `<layer>.bias`; a layer without such keys has none, and a Deconvolution without
them gets the bilinear kernel. Inputs are arrays [H, W, C]; with `--mean` they are RGB and become BGR less that mean.
The net is handed over as files, as Caffe's would be: OpenCV takes weights from a caffemodel alone. With `--keep` that
file stays where it says.
"""

import argparse
import os
import re
import tempfile

import cv2
import numpy

import safetensors


def varint(number):
    groups = bytearray()
    while True:
        number, group = number >> 7, number & 0x7F
        groups.append(group | (0x80 if number else 0))
        if not number:
            return bytes(groups)


def field(number, payload):
    """A length-delimited field of a protobuf message."""
    return varint(number << 3 | 2) + varint(len(payload)) + payload


def blob(array):
    """BlobProto: shape (7) with packed dimensions (1), packed data (5)."""
    shape = field(1, b"".join(varint(extent) for extent in array.shape))
    return field(7, shape) + field(5, numpy.ascontiguousarray(array, dtype="<f4").tobytes())


def layers_of(prototxt):
    """Name, type and output channels of each layer, read from text with one `layer {` a layer."""
    for text in re.split(r"\blayer\s*\{", prototxt)[1:]:
        name = re.search(r'\bname:\s*"([^"]*)"', text).group(1)
        kind = re.search(r'\btype:\s*"([^"]*)"', text).group(1)
        outputs = re.search(r"\bnum_output:\s*(\d+)", text)
        kernel = re.search(r"\bkernel_size:\s*(\d+)", text)
        yield name, kind, outputs and int(outputs.group(1)), kernel and int(kernel.group(1))


def caffemodel(prototxt, weights):
    """NetParameter: layers (100), each LayerParameter with name (1), type (2) and blobs (7)."""
    model, left = b"", set(weights)
    for name, kind, outputs, kernel in layers_of(prototxt):
        blobs = []
        for suffix in [".weight", ".bias"]:
            if name + suffix in weights:
                left.discard(name + suffix)
                array = weights[name + suffix]
                if suffix == ".weight" and array.ndim == 2 and kind == "Convolution":
                    array = array.reshape(array.shape[0], -1, kernel, kernel)
                blobs.append(array)
        if kind == "Deconvolution" and not blobs:
            blobs = [safetensors.bilinear(outputs, kernel, kernel)]
        layer = field(1, name.encode()) + field(2, kind.encode()) + b"".join(field(7, blob(array)) for array in blobs)
        model += field(100, layer)
    if left:
        raise SystemExit(f"the net has no layer for {', '.join(sorted(left))}")
    return model


def pairs(texts):
    return dict(text.split("=", 1) for text in texts)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--prototxt", required=True)
    parser.add_argument("--weights", required=True)
    parser.add_argument("--keep", metavar="FILE.caffemodel")
    parser.add_argument("--input", action="append", default=[], metavar="BLOB=FILE.npy")
    parser.add_argument("--mean", help="of BGR, with commas")
    parser.add_argument("--value", action="append", default=[], metavar="LAYER=FILE.npy")
    options = parser.parse_args()
    with open(options.prototxt, encoding="utf-8") as file:
        prototxt = file.read()

    with tempfile.TemporaryDirectory() as folder:
        path = options.keep or os.path.join(folder, "net.caffemodel")
        with open(path, "wb") as file:
            file.write(caffemodel(prototxt, safetensors.read(options.weights)))
        net = cv2.dnn.readNetFromCaffe(options.prototxt, path)
    # Fusing layers would leave no value for those that are fused.
    net.enableFusion(False)

    for name, path in pairs(options.input).items():
        image = numpy.load(path).astype("f4")
        if options.mean:
            image = image[:, :, ::-1] - numpy.array(options.mean.split(","), dtype="f4")
        net.setInput(numpy.ascontiguousarray(image.transpose(2, 0, 1)[None], dtype="f4"), name)
    wanted = pairs(options.value)
    for path, value in zip(wanted.values(), net.forward(list(wanted)), strict=True):
        numpy.save(path, value[0].transpose(1, 2, 0).astype("<f4"))


if __name__ == "__main__":
    main()
