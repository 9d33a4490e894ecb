"""An event file as TensorFlow reads it, checksums included: one line of JSON for each event.

usage: read_events.py FILE
"""
import json
import os
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import tensorflow as tf
from tensorflow.core.util import event_pb2

for record in tf.data.TFRecordDataset(sys.argv[1]):
    event = event_pb2.Event.FromString(record.numpy())
    values = {}
    for value in event.summary.value:
        kind = value.WhichOneof("value")
        values[value.tag] = (
            value.simple_value
            if kind == "simple_value"
            else list(tf.io.decode_png(value.image.encoded_image_string).shape)
        )
    print(json.dumps({"step": event.step, "time": event.wall_time, "version": event.file_version, "values": values}))
