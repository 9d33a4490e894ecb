"""Checks graphs of ONNX models with onnx's own checker, shapes included; weights in other files are not looked at."""

import sys

import onnx

for path in sys.argv[1:]:
    try:
        onnx.checker.check_model(path, full_check=True)
    except Exception as error:
        sys.exit(f"{path}: {error}")
