"""Scales pictures as PyTorch does. Argument: JSON of [{"data": [H][W][C], "size": [h, w]}]. Prints JSON of the pictures,
each interpolated bilinearly, and its first channel by the nearest pixel."""

import json
import sys

import torch
import torch.nn.functional as F


def scaled(request):
    image = torch.tensor(request["data"], dtype=torch.float64).permute(2, 0, 1)[None]
    size = request["size"]
    bilinear = F.interpolate(image, size=size, mode="bilinear", align_corners=False, antialias=False)
    nearest = F.interpolate(image[:, :1], size=size, mode="nearest-exact")
    return {"bilinear": bilinear[0].permute(1, 2, 0).flatten().tolist(), "nearest": nearest.flatten().tolist()}


print(json.dumps([scaled(request) for request in json.loads(sys.argv[1])]))
