"""The metrics as the FCN reference repository's score.py computes them, in NumPy: masks and labels in, one line of JSON.

usage: score.py CLASSES MASK.npy LABELS.npy
"""
import json
import sys

import numpy as np


def fast_hist(a, b, n):
    k = (a >= 0) & (a < n)
    return np.bincount(n * a[k].astype(int) + b[k], minlength=n**2).reshape(n, n)


classes = int(sys.argv[1])
mask, labels = np.load(sys.argv[2]).astype(int), np.load(sys.argv[3]).astype(int)
hist = fast_hist(labels.flatten(), mask.flatten(), classes)
with np.errstate(invalid="ignore"):
    acc = np.diag(hist) / hist.sum(1)
    iu = np.diag(hist) / (hist.sum(1) + hist.sum(0) - np.diag(hist))
freq = hist.sum(1) / hist.sum()
present = hist.sum(1) > 0
print(
    json.dumps(
        {
            "hist": hist.flatten().tolist(),
            "pixelAccuracy": np.diag(hist).sum() / hist.sum(),
            "meanAccuracy": np.nanmean(acc),
            "meanIU": np.nanmean(iu),
            "frequencyWeightedIU": (freq[freq > 0] * iu[freq > 0]).sum(),
            "meanIUInTruth": iu[present].mean(),
        }
    )
)
