"""Reads Caffe files as messages of caffe.proto, with Google's own protobuf.

    caffe_proto.py --schema SCHEMA.json --net NET.prototxt ... --solver SOLVER.prototxt ... --model NET.caffemodel

The schema has the fields of the messages with their numbers and types. An unknown field, an unknown enum value or bytes
that are no such message end it with an error. Prints JSON: the types of each net's layers, the fields of each solver, and
of the model its layers with the shape and the sum of each blob.
"""

import argparse
import json

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory, text_format

Field = descriptor_pb2.FieldDescriptorProto


def messages_of(schema):
    file = descriptor_pb2.FileDescriptorProto(name="caffe.proto", package="caffe", syntax="proto2")
    for name, description in schema["messages"].items():
        message = file.message_type.add(name=name)
        for enum, values in description.get("enums", {}).items():
            listed = message.enum_type.add(name=enum)
            for value, number in values.items():
                listed.value.add(name=value, number=number)
        for field_name, (number, text) in description["fields"].items():
            *labels, kind = text.split()
            field = message.field.add(name=field_name, number=number)
            field.label = Field.LABEL_REPEATED if "repeated" in labels else Field.LABEL_OPTIONAL
            field.options.packed = "packed" in labels
            if kind in schema["messages"]:
                field.type, field.type_name = Field.TYPE_MESSAGE, f".caffe.{kind}"
            elif kind in description.get("enums", {}):
                field.type, field.type_name = Field.TYPE_ENUM, f".caffe.{name}.{kind}"
            else:
                field.type = getattr(Field, f"TYPE_{kind.upper()}")
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return lambda name: message_factory.GetMessageClass(pool.FindMessageTypeByName(f"caffe.{name}"))()


def text_of(path, message):
    with open(path, encoding="utf-8") as file:
        return text_format.Parse(file.read(), message)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--schema", required=True)
    parser.add_argument("--net", action="append", default=[])
    parser.add_argument("--solver", action="append", default=[])
    parser.add_argument("--model")
    options = parser.parse_args()
    with open(options.schema, encoding="utf-8") as file:
        new = messages_of(json.load(file))

    nets = [[layer.type for layer in text_of(path, new("NetParameter")).layer] for path in options.net]
    solvers = [
        [field.name for field, _ in text_of(path, new("SolverParameter")).ListFields()] for path in options.solver
    ]
    layers = []
    if options.model:
        model = new("NetParameter")
        with open(options.model, "rb") as file:
            model.ParseFromString(file.read())
        for layer in model.layer:
            blobs = [{"shape": list(blob.shape.dim), "sum": sum(blob.data)} for blob in layer.blobs]
            layers.append({"name": layer.name, "type": layer.type, "blobs": blobs})
    print(json.dumps({"nets": nets, "solvers": solvers, "layers": layers}))


if __name__ == "__main__":
    main()
