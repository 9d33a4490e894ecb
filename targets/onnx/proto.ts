/** ONNX's messages (onnx.proto, IR version 8), as far as a graph of float32 maps needs them, as protobuf bytes. */
import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";

/** onnx.proto, TensorProto.DataType */
export const TYPES = { float32: 1, uint8: 2, int32: 6, int64: 7 } as const;
export type ElementType = keyof typeof TYPES;

/** A number of pixels, or the name of one that is known at run time. */
export type Dimension = number | string;

export interface ValueInfo {
  readonly name: string;
  readonly type: ElementType;
  readonly shape: readonly Dimension[];
}

/** Numbers become floats or integers as `attribute` says; a text is a STRING. */
export type Attribute =
  | { readonly kind: "float"; readonly value: number }
  | { readonly kind: "integer"; readonly value: number }
  | { readonly kind: "integers"; readonly value: readonly number[] }
  | { readonly kind: "text"; readonly value: string };

export const attribute = {
  float: (value: number): Attribute => ({ kind: "float", value }),
  integer: (value: number): Attribute => ({ kind: "integer", value }),
  integers: (value: readonly number[]): Attribute => ({ kind: "integers", value }),
  text: (value: string): Attribute => ({ kind: "text", value }),
};

export interface Node {
  readonly name: string;
  readonly op: string;
  /** An empty name leaves an optional input out. */
  readonly inputs: readonly string[];
  readonly attributes: Readonly<Record<string, Attribute>>;
}

const text = (writer: BinaryWriter, field: number, value: string): BinaryWriter =>
  writer.tag(field, WireType.LengthDelimited).string(value);
const integer = (writer: BinaryWriter, field: number, value: number): BinaryWriter =>
  writer.tag(field, WireType.Varint).int64(value);
const message = (writer: BinaryWriter, field: number, bytes: Uint8Array): BinaryWriter =>
  writer.tag(field, WireType.LengthDelimited).bytes(bytes);

/** NodeProto. Its one output bears its name. */
export function nodeBytes({ name, op, inputs, attributes }: Node): Uint8Array {
  const writer = new BinaryWriter();
  for (const input of inputs) text(writer, 1, input);
  text(writer, 2, name);
  text(writer, 3, name);
  text(writer, 4, op);
  for (const [key, value] of Object.entries(attributes)) message(writer, 5, attributeBytes(key, value));
  return writer.finish();
}

/** AttributeProto; its field 20 says which of the others holds the value. */
function attributeBytes(name: string, attribute: Attribute): Uint8Array {
  const writer = text(new BinaryWriter(), 1, name);
  switch (attribute.kind) {
    case "float":
      writer.tag(2, WireType.Bit32).float(attribute.value);
      return integer(writer, 20, 1).finish();
    case "integer":
      return integer(integer(writer, 3, attribute.value), 20, 2).finish();
    case "text":
      message(writer, 4, new TextEncoder().encode(attribute.value));
      return integer(writer, 20, 3).finish();
    case "integers":
      for (const value of attribute.value) integer(writer, 8, value);
      return integer(writer, 20, 7).finish();
  }
}

/** ValueInfoProto */
function valueInfoBytes({ name, type, shape }: ValueInfo): Uint8Array {
  const dimensions = new BinaryWriter();
  for (const size of shape) {
    const one = new BinaryWriter();
    message(dimensions, 1, (typeof size === "number" ? integer(one, 1, size) : text(one, 2, size)).finish());
  }
  const tensor = message(integer(new BinaryWriter(), 1, TYPES[type]), 2, dimensions.finish()).finish();
  return message(text(new BinaryWriter(), 1, name), 2, message(new BinaryWriter(), 1, tensor).finish()).finish();
}

/** What stands before the data of a TensorProto, of which it is the last field, and before that its own length. */
function initializerHead({ name, type, shape, bytes, external }: Initializer): Uint8Array {
  const inside = new BinaryWriter();
  for (const size of shape) integer(inside, 1, size);
  integer(inside, 2, TYPES[type]);
  text(inside, 8, name);
  if (external) {
    const entries = { location: external.location, offset: String(external.offset), length: String(bytes) };
    for (const [key, value] of Object.entries(entries)) message(inside, 13, entry(key, value));
    return message(new BinaryWriter(), 5, integer(inside, 14, EXTERNAL).finish()).finish();
  }
  const head = inside.tag(9, WireType.LengthDelimited).uint32(bytes).finish();
  return new BinaryWriter()
    .tag(5, WireType.LengthDelimited)
    .uint32(head.length + bytes)
    .raw(head)
    .finish();
}

/** TensorProto.DataLocation */
const EXTERNAL = 1;

/** StringStringEntryProto */
const entry = (key: string, value: string): Uint8Array => text(text(new BinaryWriter(), 1, key), 2, value).finish();

export interface Initializer {
  readonly name: string;
  readonly type: ElementType;
  readonly shape: readonly number[];
  /** Of its data. */
  readonly bytes: number;
  /** Where its data lies if that is not the model's own file. */
  readonly external?: { readonly location: string; readonly offset: number };
}

export interface Model {
  readonly name: string;
  readonly producer: readonly [name: string, version: string];
  readonly opset: number;
  readonly nodes: readonly Node[];
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
  readonly initializers: readonly Initializer[];
  readonly metadata: Readonly<Record<string, string>>;
}

const IR_VERSION = 8;

/**
 * A ModelProto in the order of its file: bytes, and initializers where their data follows, unless it is external.
 * Lengths stand before what they are of, so that the data itself is never held.
 */
export function modelParts(model: Model): (Uint8Array | Initializer)[] {
  const graphStart = new BinaryWriter();
  for (const node of model.nodes) message(graphStart, 1, nodeBytes(node));
  text(graphStart, 2, model.name);
  for (const input of model.inputs) message(graphStart, 11, valueInfoBytes(input));
  for (const output of model.outputs) message(graphStart, 12, valueInfoBytes(output));
  const start = graphStart.finish();
  const parts = model.initializers.flatMap((initializer): (Uint8Array | Initializer)[] => {
    const head = initializerHead(initializer);
    return initializer.external ? [head] : [head, initializer];
  });
  const length = parts.reduce((sum, part) => sum + sizeOf(part), start.length);

  const head = integer(new BinaryWriter(), 1, IR_VERSION);
  text(head, 2, model.producer[0]);
  text(head, 3, model.producer[1]);
  message(head, 8, integer(text(new BinaryWriter(), 1, ""), 2, model.opset).finish());
  for (const [key, value] of Object.entries(model.metadata)) message(head, 14, entry(key, value));
  head.tag(7, WireType.LengthDelimited).uint32(length);
  return [head.finish(), start, ...parts];
}

/** Bytes in the file. */
export const sizeOf = (part: Uint8Array | Initializer): number =>
  part instanceof Uint8Array ? part.length : part.bytes;
