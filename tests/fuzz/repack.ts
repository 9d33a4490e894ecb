/** Files in boxes: what is inside is changed, and checksums and sizes are made right again, or readers stop at those. */
import { crc32, deflateRawSync, deflateSync, inflateSync } from "node:zlib";
import { readChunks, writeChunks } from "../../src/images/png-chunks.js";
import { mutateBytes, mutateText } from "./mutate.js";
import type { Random } from "./random.js";

export interface Member {
  readonly name: string;
  readonly data: Uint8Array;
  readonly deflated: boolean;
}

/** A zip archive by PKWARE's note. */
export function zip(members: readonly Member[]): Uint8Array {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const { name, data, deflated } of members) {
    const packed = deflated ? deflateRawSync(data) : Buffer.from(data);
    const text = Buffer.from(name);
    const entry = Buffer.alloc(46);
    entry.writeUInt32LE(0x02014b50, 0);
    entry.writeUInt16LE(deflated ? 8 : 0, 10);
    entry.writeUInt32LE(crc32(data), 16);
    entry.writeUInt32LE(packed.length, 20);
    entry.writeUInt32LE(data.length, 24);
    entry.writeUInt16LE(text.length, 28);
    entry.writeUInt32LE(at, 42);
    const local = Buffer.concat([Buffer.from([0x50, 0x4b, 3, 4, 20, 0]), entry.subarray(8, 32)]);
    parts.push(local, text, packed);
    directory.push(entry, text);
    at += local.length + text.length + packed.length;
  }
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(members.length, 8);
  end.writeUInt16LE(members.length, 10);
  end.writeUInt32LE(Buffer.concat(directory).length, 12);
  end.writeUInt32LE(at, 16);
  return new Uint8Array(Buffer.concat([...parts, ...directory, end]));
}

/** An archive in which one member is changed, or its name. */
export function mutateZip(members: readonly Member[], random: Random): Uint8Array {
  const chosen = random.below(members.length);
  return zip(
    members.map((member, index) => {
      if (index !== chosen) return member;
      if (random.oneIn(8)) return { ...member, name: mutateText(member.name, random).slice(0, 20_000) };
      if (random.oneIn(2)) return { ...member, data: mutateNpy(member.data, random) };
      return { ...member, data: mutateBytes(member.data, random) };
    }),
  );
}

/** An array whose dictionary is changed, with its length made right. */
export function mutateNpy(bytes: Uint8Array, random: Random): Uint8Array {
  const end = 10 + new DataView(bytes.buffer, bytes.byteOffset).getUint16(8, true);
  const text = mutateText(Buffer.from(bytes.subarray(10, end)).toString("latin1"), random);
  const head = Buffer.from(bytes.subarray(0, 10));
  const dictionary = Buffer.from(text.slice(0, 65535), "latin1");
  head.writeUInt16LE(dictionary.length, 8);
  return new Uint8Array(Buffer.concat([head, dictionary, bytes.subarray(end)]));
}

/** A safetensors file whose header is changed, with its length made right. */
export function mutateSafetensors(bytes: Uint8Array, random: Random): Uint8Array {
  const end = 8 + Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  const header = Buffer.from(mutateText(Buffer.from(bytes.subarray(8, end)).toString(), random));
  const length = Buffer.alloc(8);
  length.writeUInt32LE(header.length, 0);
  return new Uint8Array(Buffer.concat([length, header, bytes.subarray(end)]));
}

/** A MAT-file of version 5 whose one compressed array is changed before it is packed; one without is changed as it is. */
export function mutateMat(bytes: Uint8Array, random: Random): Uint8Array {
  const file = Buffer.from(bytes);
  const [header, tag] = [file.subarray(0, 128), Buffer.from(file.subarray(128, 136))];
  if (tag.length < 8 || tag.readUInt32LE(0) !== COMPRESSED) return mutateBytes(bytes, random);
  const array = inflateSync(file.subarray(136, 136 + tag.readUInt32LE(4)));
  const packed = deflateSync(mutateBytes(new Uint8Array(array), random), { level: 1 });
  tag.writeUInt32LE(packed.length, 4);
  return new Uint8Array(Buffer.concat([header, tag, packed]));
}

/** MAT-files' type of an element that holds another, deflated. */
const COMPRESSED = 15;

/** A PNG of which one chunk is changed, or its pixels before they are packed, or its order of chunks. */
export function mutatePng(bytes: Uint8Array, random: Random): Uint8Array {
  const chunks = readChunks(bytes).chunks.filter(({ type }) => type !== "IEND");
  const chosen = random.below(chunks.length);
  const chunk = chunks[chosen];
  if (chunk === undefined) return mutateBytes(bytes, random);
  if (random.oneIn(6)) chunks.splice(random.below(chunks.length), 0, chunk);
  else if (chunk.type === "IDAT" && random.oneIn(2)) {
    const whole = chunks.filter(({ type }) => type === "IDAT").map(({ data }) => data);
    const pixels = mutateBytes(new Uint8Array(inflateSync(Buffer.concat(whole))), random);
    const data = new Uint8Array(deflateSync(random.oneIn(20) ? new Uint8Array(4 * 2 ** 20) : pixels, { level: 1 }));
    chunks.splice(chosen, whole.length, { type: "IDAT", data });
  } else chunks[chosen] = { type: chunk.type, data: mutateBytes(chunk.data, random) };
  return writeChunks(chunks);
}
