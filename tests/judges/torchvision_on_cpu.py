"""torchvision beside any PyTorch: `from torchvision_on_cpu import torchvision`.

A wheel that was built for another PyTorch than the one there (for CUDA, say) brings no operators. Its models want none,
but its import stops at two that it cannot find; they are then declared, without a body.
"""

import sys

import torch

try:
    import torchvision
except RuntimeError:
    for name in [name for name in sys.modules if name.split(".")[0] == "torchvision"]:
        del sys.modules[name]
    operators = torch.library.Library("torchvision", "DEF")
    for name in ["nms", "qnms"]:
        operators.define(name + "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
    import torchvision

__all__ = ["torchvision"]
