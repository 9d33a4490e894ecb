/** PNG files (W3C, third edition): all colour types and depths, interlaced or not. */
import { inflateSync } from "node:zlib";
import { checkSize, damaged, type ImageLimits, truncated, unsupported } from "./error.js";
import { readOrientation, upright } from "./exif.js";
import { type Chunk, readChunks } from "./png-chunks.js";
import { inflatedSize, type PngLayout, unpackSamples } from "./png-samples.js";
import type { DecodedImage } from "./read.js";

const GRAY = 0;
const RGB = 2;
const PALETTE = 3;
const GRAY_ALPHA = 4;
const RGB_ALPHA = 6;

const CHANNELS: Readonly<Record<number, number>> = {
  [GRAY]: 1,
  [RGB]: 3,
  [PALETTE]: 1,
  [GRAY_ALPHA]: 2,
  [RGB_ALPHA]: 4,
};
const DEPTHS: Readonly<Record<number, readonly number[]>> = {
  [GRAY]: [1, 2, 4, 8, 16],
  [RGB]: [8, 16],
  [PALETTE]: [1, 2, 4, 8],
  [GRAY_ALPHA]: [8, 16],
  [RGB_ALPHA]: [8, 16],
};

/** A PNG as it is stored: [height, width, 1 or 3] without alpha, unscaled; palette pictures as their indices. */
export interface StoredPng {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  readonly depth: 1 | 2 | 4 | 8 | 16;
  readonly samples: Uint8Array | Uint16Array;
  /** [entries, 3] RGB, for palette pictures. */
  readonly palette: Uint8Array | null;
  readonly notes: readonly string[];
}

/** Decodes a PNG whose signature is known. Throws `ImageError`. */
export function readStoredPng(bytes: Uint8Array, limits: ImageLimits): StoredPng {
  const { chunks, partial, complete } = readChunks(bytes);
  const header = chunks[0];
  if (!header) throw truncated("before its pixels begin");
  if (header.type !== "IHDR") throw damaged("its header is not at its start");
  const { layout, colorType } = readHeader(header.data);
  checkSize(layout.width, layout.height, limits);

  const notes: string[] = [];
  const pixels = chunks.filter(({ type }) => type === "IDAT").map(({ data }) => data);
  if (partial?.type === "IDAT") pixels.push(partial.data);
  if (pixels.length === 0) throw complete ? damaged("it holds no pixels") : truncated("before its pixels begin");
  const inflated = inflate(pixels, inflatedSize(layout), layout);
  if (!complete) notes.push("the file lacks its last bytes, but no pixel is missing");
  const palette = colorType === PALETTE ? readPalette(chunks) : null;

  const alpha = colorType === GRAY_ALPHA || colorType === RGB_ALPHA || find(chunks, "tRNS") !== undefined;
  if (alpha) notes.push("transparency was dropped: each pixel has its stored colour");
  if (find(chunks, "acTL")) notes.push("the picture is animated; its still image was read");
  const orientation = readOrientation(find(chunks, "eXIf")?.data ?? new Uint8Array(0));
  if (orientation !== 1) notes.push(`turned upright, as its EXIF orientation ${orientation} asks for`);
  const channels = colorType === RGB || colorType === RGB_ALPHA ? 3 : 1;
  const stored = { width: layout.width, height: layout.height, data: unpackSamples(inflated, layout, channels) };
  const { width, height, data } = upright(stored, channels, orientation);
  return { width, height, channels, depth: layout.depth, samples: data, palette, notes };
}

/** Decodes a PNG as a picture: palettes become RGB, gray of fewer than 8 bits becomes 8 bits. Throws `ImageError`. */
export function readPng(bytes: Uint8Array, limits: ImageLimits): DecodedImage {
  const { width, height, channels, depth, samples, palette, notes } = readStoredPng(bytes, limits);
  if (palette) {
    const data = new Uint8Array(3 * samples.length);
    let beyond = false;
    for (let i = 0, at = 0; i < samples.length; i += 1, at += 3) {
      const from = 3 * samples[i]!;
      if (from >= palette.length) beyond = true;
      else for (let c = 0; c < 3; c += 1) data[at + c] = palette[from + c]!;
    }
    const more = beyond ? ["pixels beyond the end of its palette are black"] : [];
    return { width, height, channels: 3, depth: 8, data, notes: [...notes, ...more] };
  }
  if (depth < 8) {
    const scale = 255 / ((1 << depth) - 1);
    for (let i = 0; i < samples.length; i += 1) samples[i]! *= scale;
  }
  return { width, height, channels, depth: depth === 16 ? 16 : 8, data: samples, notes };
}

function find(chunks: readonly Chunk[], type: string): Chunk | undefined {
  return chunks.find((chunk) => chunk.type === type);
}

function readHeader(data: Uint8Array): { readonly layout: PngLayout; readonly colorType: number } {
  if (data.length < 13) throw damaged("its header is too short");
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const depth = data[8]!;
  const colorType = data[9]!;
  const channels = CHANNELS[colorType];
  if (channels === undefined || !DEPTHS[colorType]?.includes(depth))
    throw damaged(`its header names colour type ${colorType} with ${depth} bits, which does not exist`);
  if (data[10] !== 0 || data[11] !== 0 || data[12]! > 1)
    throw unsupported("is a PNG with a compression, filter or interlace method that does not exist");
  const layout: PngLayout = {
    width: view.getUint32(0),
    height: view.getUint32(4),
    depth: depth as PngLayout["depth"],
    channels,
    interlaced: data[12] === 1,
  };
  return { layout, colorType };
}

function readPalette(chunks: readonly Chunk[]): Uint8Array {
  const palette = find(chunks, "PLTE")?.data;
  if (!palette || palette.length === 0 || palette.length % 3 !== 0 || palette.length > 768)
    throw damaged("its palette is missing or impossible");
  return palette;
}

/** Inflates to exactly `size` bytes. However much a small file would become, no more than that is set aside. */
function inflate(parts: readonly Uint8Array[], size: number, { width, height }: PngLayout): Uint8Array {
  const packed = Buffer.concat(parts);
  const promised = `the ${width} x ${height} pixels that its header promises`;
  // Deflate shrinks to a 1032nd at best.
  if (size > (packed.length + 1) * 1032) throw truncated(`long before ${promised}`);
  let inflated: Uint8Array;
  try {
    inflated = inflateSync(packed, { maxOutputLength: size, chunkSize: Math.max(64, Math.min(size, 1 << 22)) });
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : "";
    if (code === "Z_BUF_ERROR") throw truncated("in the middle of its pixels");
    if (code === "ERR_BUFFER_TOO_LARGE") throw damaged(`it holds more than ${promised}`);
    if (code === "Z_DATA_ERROR" || code === "Z_NEED_DICT") throw damaged("its pixels cannot be decompressed");
    throw error;
  }
  if (inflated.length < size) throw truncated(`before ${promised}`);
  return inflated;
}
