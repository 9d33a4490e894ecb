"""Runs many plans in PyTorch with one start of Python.

    plan_batch.py JOBS.json

A job is {plan, weights, inputs, values}: files, and files by name, as `plan_torch.py` takes them one plan at a time.
"""

import json
import sys

import numpy
import torch

import plan_torch
import safetensors


def run(job):
    with open(job["plan"], encoding="utf-8") as file:
        plan = json.load(file)
    inputs = {name: numpy.load(path) for name, path in job["inputs"].items()}
    values = plan_torch.Plan(plan, safetensors.read(job["weights"]), inputs, torch.float64).run()
    for name, path in job["values"].items():
        numpy.save(path, values[name][0].permute(1, 2, 0).contiguous().numpy().astype("<f4"))


if __name__ == "__main__":
    with open(sys.argv[1], encoding="utf-8") as file:
        for job in json.load(file):
            run(job)
