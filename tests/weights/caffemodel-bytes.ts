/** Bytes of caffemodels in every legal encoding, written field by field with an independent writer. */
import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";

/** A part of a message: what writes one of its fields. */
export type Part = (writer: BinaryWriter) => void;

export const encode = (...parts: readonly Part[]): Uint8Array => {
  const writer = new BinaryWriter();
  for (const part of parts) part(writer);
  return writer.finish();
};

export const text =
  (field: number, value: string): Part =>
  (writer) =>
    writer.tag(field, WireType.LengthDelimited).string(value);

export const whole =
  (field: number, value: number): Part =>
  (writer) =>
    writer.tag(field, WireType.Varint).int64(value);

export const within =
  (field: number, ...parts: readonly Part[]): Part =>
  (writer) =>
    writer.tag(field, WireType.LengthDelimited).bytes(encode(...parts));

/** Numbers of a repeated float or double in one piece. */
export const packed =
  (field: number, values: readonly number[], double = false): Part =>
  (writer) => {
    const inner = new BinaryWriter();
    for (const value of values)
      if (double) inner.double(value);
      else inner.float(value);
    writer.tag(field, WireType.LengthDelimited).bytes(inner.finish());
  };

/** Each number behind a tag of its own. */
export const unpacked =
  (field: number, values: readonly number[], double = false): Part =>
  (writer) => {
    for (const value of values)
      if (double) writer.tag(field, WireType.Bit64).double(value);
      else writer.tag(field, WireType.Bit32).float(value);
  };

/** BlobShape */
export const shaped = (...dims: readonly number[]): Part =>
  within(7, (writer) => {
    const inner = new BinaryWriter();
    for (const dim of dims) inner.int64(dim);
    writer.tag(1, WireType.LengthDelimited).bytes(inner.finish());
  });

/** num, channels, height, width */
export const legacy =
  (...dims: readonly number[]): Part =>
  (writer) =>
    dims.forEach((dim, index) => whole(index + 1, dim)(writer));

/** A layer of today: LayerParameter. */
export const layer = (name: string, type: string, ...blobs: readonly (readonly Part[])[]): Part =>
  within(100, text(1, name), text(2, type), ...blobs.map((blob) => within(7, ...blob)));

/** V1LayerParameter, with the number of its type. */
export const layerV1 = (name: string, type: number, ...blobs: readonly (readonly Part[])[]): Part =>
  within(2, text(4, name), whole(5, type), ...blobs.map((blob) => within(6, ...blob)));
