"""Runs nets in OpenCV as they were written for Caffe: prototxt and caffemodel, nothing besides.

    caffe_written.py JOBS.json

A list of jobs {prototxt, caffemodel, inputs: {BLOB: FILE.npy}, values: {LAYER: FILE.npy}}. Inputs are arrays [H, W, C] as
the net's blobs hold them; the value of each layer is written as [H, W, C].
"""

import json
import sys

import cv2
import numpy


def run(job):
    net = cv2.dnn.readNetFromCaffe(job["prototxt"], job["caffemodel"])
    # Fusing layers would leave no value for those that are fused.
    net.enableFusion(False)
    for blob, path in job["inputs"].items():
        net.setInput(numpy.ascontiguousarray(numpy.load(path).transpose(2, 0, 1)[None], dtype="f4"), blob)
    values = job["values"]
    for path, value in zip(values.values(), net.forward(list(values)), strict=True):
        numpy.save(path, numpy.ascontiguousarray(value[0].transpose(1, 2, 0), dtype="<f4"))


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        for job in json.load(file):
            try:
                run(job)
            except cv2.error as error:
                raise SystemExit(f"{job['prototxt']}: {error}") from error


if __name__ == "__main__":
    main()
