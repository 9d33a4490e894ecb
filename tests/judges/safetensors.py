"""Reads a safetensors file: eight bytes of header length, a JSON header, then the tensors' bytes."""

import json
import numpy

TYPES = {"F64": "<f8", "F32": "<f4", "F16": "<f2", "I64": "<i8", "I32": "<i4", "U8": "u1"}


def read(path):
    """A dict from name to array, mapped from the file and not read until used."""
    with open(path, "rb") as file:
        length = int.from_bytes(file.read(8), "little")
        header = json.loads(file.read(length))
    data = numpy.memmap(path, dtype="u1", mode="r", offset=8 + length) if len(header) else b""
    tensors = {}
    for name, entry in header.items():
        if name == "__metadata__":
            continue
        start, end = entry["data_offsets"]
        tensors[name] = data[start:end].view(TYPES[entry["dtype"]]).reshape(entry["shape"])
    return tensors


def bilinear(channels, kernel_height, kernel_width):
    """Caffe's bilinear filler on the channel diagonal of a dense blob, as the reference's net surgery sets it."""

    def axis(size):
        factor = (size + 1) // 2
        centre = factor - 1 if size % 2 == 1 else factor - 0.5
        return 1 - abs(numpy.arange(size) - centre) / factor

    blob = numpy.zeros((channels, channels, kernel_height, kernel_width))
    blob[range(channels), range(channels)] = numpy.outer(axis(kernel_height), axis(kernel_width))
    return blob


def write(path, tensors):
    """Writes float32 arrays."""
    header, offset = {}, 0
    for name, array in tensors.items():
        header[name] = {"dtype": "F32", "shape": list(array.shape), "data_offsets": [offset, offset + array.nbytes]}
        offset += array.nbytes
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(len(text).to_bytes(8, "little"))
        file.write(text)
        for array in tensors.values():
            file.write(numpy.ascontiguousarray(array).tobytes())
