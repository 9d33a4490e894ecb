/** TensorFlow's messages (saved_model.proto and what it names), as far as a training graph needs them, as bytes. */
import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import type { ConstantValue, ElementType, NativeAttribute, NativeNode } from "./graph.js";

/** types.proto, DataType */
const TYPES: Readonly<Record<ElementType, number>> = { float32: 1, int32: 3, int64: 9, bool: 10, resource: 20 };

/** What a signature takes or gives: a value of the graph, -1 for sizes that are known at run time. */
export interface Endpoint {
  readonly value: string;
  readonly type: "float32" | "int32";
  readonly shape: readonly number[];
}

export interface Signature {
  readonly inputs: Readonly<Record<string, Endpoint>>;
  readonly outputs: Readonly<Record<string, Endpoint>>;
}

export interface SavedModel {
  readonly nodes: readonly NativeNode[];
  readonly signatures: Readonly<Record<string, Signature>>;
  /** The node that gives variables their first values: the whole graph's, not a signature's. */
  readonly init: string;
}

const PRODUCER = 1000;

/** A SavedModel with one MetaGraph under the tag `serve`. */
export function savedModelBytes({ nodes, signatures, init }: SavedModel): Uint8Array {
  const graph = new BinaryWriter();
  for (const node of nodes) message(graph, 1, nodeBytes(node));
  message(graph, 4, integer(new BinaryWriter(), 1, PRODUCER).finish());

  const meta = new BinaryWriter();
  message(meta, 1, text(new BinaryWriter(), 4, "serve").finish());
  message(meta, 2, graph.finish());
  for (const [key, signature] of Object.entries(signatures)) entry(meta, 5, key, signatureBytes(signature));
  // What runs once a folder is loaded: an output whose name is a node's, not a value's.
  const initInfo = text(new BinaryWriter(), 1, init).finish();
  entry(meta, 5, INIT, entry(new BinaryWriter(), 2, INIT, initInfo).finish());

  return message(integer(new BinaryWriter(), 1, 1), 2, meta.finish()).finish();
}

const INIT = "__saved_model_init_op";

function signatureBytes({ inputs, outputs }: Signature): Uint8Array {
  const writer = new BinaryWriter();
  for (const [key, endpoint] of Object.entries(inputs)) entry(writer, 1, key, endpointBytes(endpoint));
  for (const [key, endpoint] of Object.entries(outputs)) entry(writer, 2, key, endpointBytes(endpoint));
  return text(writer, 3, "tensorflow/serving/predict").finish();
}

/** TensorInfo */
function endpointBytes({ value, type, shape }: Endpoint): Uint8Array {
  const writer = text(new BinaryWriter(), 1, /:\d+$/.test(value) ? value : `${value}:0`);
  integer(writer, 2, TYPES[type]);
  return message(writer, 3, shapeBytes(shape)).finish();
}

/** NodeDef */
function nodeBytes({ name, op, inputs, attributes }: NativeNode): Uint8Array {
  const writer = text(text(new BinaryWriter(), 1, name), 2, op);
  for (const input of inputs) text(writer, 3, input);
  for (const [key, attribute] of Object.entries(attributes)) entry(writer, 5, key, attributeBytes(attribute));
  return writer.finish();
}

/** AttrValue. Texts are in base64, and whole numbers are texts, as in a graph model. */
function attributeBytes(attribute: NativeAttribute): Uint8Array {
  const writer = new BinaryWriter();
  if ("element" in attribute) return integer(writer, 6, TYPES[attribute.element]).finish();
  if ("type" in attribute)
    return integer(writer, 6, TYPES[attribute.type === "DT_FLOAT" ? "float32" : "int32"]).finish();
  if ("constant" in attribute) return message(writer, 8, tensorBytes(attribute.constant)).finish();
  if ("i" in attribute) return integer(writer, 3, Number(attribute.i)).finish();
  if ("f" in attribute) return writer.tag(4, WireType.Bit32).float(attribute.f).finish();
  if ("b" in attribute) return writer.tag(5, WireType.Varint).bool(attribute.b).finish();
  if ("s" in attribute) return message(writer, 2, bytesOf(attribute.s)).finish();
  if ("shape" in attribute)
    return message(writer, 7, shapeBytes(attribute.shape.dim.map(({ size }) => Number(size)))).finish();
  if ("list" in attribute) return message(writer, 1, listBytes(attribute.list)).finish();
  throw new RangeError("a tensor without its numbers");
}

function listBytes({ i = [], s = [] }: { readonly i?: readonly string[]; readonly s?: readonly string[] }): Uint8Array {
  const writer = new BinaryWriter();
  for (const value of s) message(writer, 2, bytesOf(value));
  for (const value of i) integer(writer, 3, Number(value));
  return writer.finish();
}

/** TensorShapeProto */
function shapeBytes(shape: readonly number[]): Uint8Array {
  const writer = new BinaryWriter();
  for (const size of shape) message(writer, 2, integer(new BinaryWriter(), 1, size).finish());
  return writer.finish();
}

/** TensorProto, its numbers little-endian in `tensor_content`. */
function tensorBytes({ dtype, shape, values }: ConstantValue): Uint8Array {
  const size = dtype === "int64" ? 8 : 4;
  const content = new Uint8Array(size * values.length);
  const view = new DataView(content.buffer);
  values.forEach((value, index) => {
    if (dtype === "float32") view.setFloat32(4 * index, value, true);
    else if (dtype === "int32") view.setInt32(4 * index, value, true);
    else view.setBigInt64(8 * index, BigInt(value), true);
  });
  const writer = integer(new BinaryWriter(), 1, TYPES[dtype]);
  return message(message(writer, 2, shapeBytes(shape)), 4, content).finish();
}

const text = (writer: BinaryWriter, field: number, value: string): BinaryWriter =>
  writer.tag(field, WireType.LengthDelimited).string(value);

const integer = (writer: BinaryWriter, field: number, value: number): BinaryWriter =>
  writer.tag(field, WireType.Varint).int64(value);

const message = (writer: BinaryWriter, field: number, bytes: Uint8Array): BinaryWriter =>
  writer.tag(field, WireType.LengthDelimited).bytes(bytes);

/** One entry of a map: the key is its field 1, the value its field 2. */
const entry = (writer: BinaryWriter, field: number, key: string, value: Uint8Array): BinaryWriter =>
  message(writer, field, message(text(new BinaryWriter(), 1, key), 2, value).finish());

const bytesOf = (base64: string): Uint8Array => Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
