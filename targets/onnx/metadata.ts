import { BinaryReader, type WireType } from "@bufbuild/protobuf/wire";

/** The metadata of a ModelProto, its field 14: entries of a key and a value. @throws where it is no protobuf. */
export function modelMetadata(bytes: Uint8Array): Map<string, string> {
  const found = new Map<string, string>();
  eachField(bytes, 14, (entry) => {
    const texts = new Map<number, string>();
    for (const field of [1, 2]) eachField(entry, field, (text) => texts.set(field, new TextDecoder().decode(text)));
    found.set(texts.get(1) ?? "", texts.get(2) ?? "");
  });
  return found;
}

function eachField(bytes: Uint8Array, wanted: number, take: (value: Uint8Array) => void): void {
  const reader = new BinaryReader(bytes);
  while (reader.pos < reader.len) {
    const [field, wire]: [number, WireType] = reader.tag();
    if (field === wanted) take(reader.bytes());
    else reader.skip(wire, field);
  }
}
