"""Checks ONNX models with onnx's own checker and runs them on ONNX Runtime.

Takes a file of jobs: [{"model", "cases": [{"inputs": {name: array file [H, W, C]}, "values": {name: array file}}]}].
Every named value of the graph is written as [H, W, C], also those that are no output of the model; a value of three
axes is written as it is.
"""

import json
import sys

import numpy as np
import onnx
import onnxruntime

onnxruntime.set_default_logger_severity(3)

with open(sys.argv[1]) as file:
    jobs = json.load(file)

for job in jobs:
    model = onnx.load(job["model"])
    onnx.checker.check_model(model, full_check=True)
    given = {output.name for output in model.graph.output}
    for name in {name for case in job["cases"] for name in case["values"]} - given:
        model.graph.output.append(onnx.helper.make_empty_tensor_value_info(name))
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    for case in job["cases"]:
        inputs = {name: np.load(path).astype(np.float32).transpose(2, 0, 1)[None] for name, path in case["inputs"].items()}
        names = list(case["values"])
        for name, value in zip(names, session.run(names, inputs)):
            array = value[0].transpose(1, 2, 0) if value.ndim == 4 else value
            np.save(case["values"][name], np.ascontiguousarray(array))
