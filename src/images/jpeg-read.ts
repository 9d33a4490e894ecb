/** JPEG files, baseline and progressive (ITU T.81), with the markers of JFIF, Adobe and EXIF. */
import { checkSize, damaged, type ImageLimits, truncated, unsupported } from "./error.js";
import { type Orientation, readOrientation, upright } from "./exif.js";
import { BitReader, type HuffmanTable, huffmanTable } from "./jpeg-bits.js";
import { jpegColors, jpegPixels } from "./jpeg-color.js";
import { type Frame, layOutFrame, readFrameHeader } from "./jpeg-frame.js";
import { inverseTransform } from "./jpeg-idct.js";
import { decodeScan, type Scan } from "./jpeg-scan.js";
import type { DecodedImage } from "./read.js";

/** Encoders write some ten; each costs a pass over the whole picture, however few bytes it has. */
const MAX_SCANS = 200;

const OTHER_FRAMES: Readonly<Record<number, string>> = {
  0xc3: "lossless",
  0xc5: "hierarchical",
  0xc6: "hierarchical",
  0xc7: "hierarchical",
  0xc9: "arithmetically coded",
  0xca: "arithmetically coded",
  0xcb: "lossless, arithmetically coded",
  0xcd: "hierarchical",
  0xce: "hierarchical",
  0xcf: "hierarchical",
};

/** Decodes a JPEG whose signature is known. Gray stays one channel; ink becomes RGB. Throws `ImageError`. */
export function readJpeg(bytes: Uint8Array, limits: ImageLimits): DecodedImage {
  const reader = new JpegReader(bytes, limits);
  let position = 2;
  while (position < bytes.length && !reader.ended) position = reader.segment(position);
  return reader.picture();
}

class JpegReader {
  ended = false;
  readonly #bytes: Uint8Array;
  readonly #limits: ImageLimits;
  readonly #quantization: (Uint16Array | undefined)[] = [];
  readonly #dc: (HuffmanTable | undefined)[] = [];
  readonly #ac: (HuffmanTable | undefined)[] = [];
  #frame: Frame | null = null;
  #restartInterval = 0;
  #scans = 0;
  #hasJfif = false;
  #adobeTransform: number | null = null;
  #orientation: Orientation = 1;

  constructor(bytes: Uint8Array, limits: ImageLimits) {
    this.#bytes = bytes;
    this.#limits = limits;
  }

  /** Reads the segment at `start`, with the scan that may follow it; returns where the next one starts. */
  segment(start: number): number {
    const bytes = this.#bytes;
    let at = start;
    // Some cameras pad their segments.
    while (at < bytes.length && bytes[at] !== 0xff) at += 1;
    while (bytes[at] === 0xff) at += 1;
    const marker = bytes[at];
    if (marker === undefined) return bytes.length;
    at += 1;
    if (marker === 0xd9) this.ended = true;
    if (marker === 0xd9 || marker === 0x01 || (marker >= 0xd0 && marker <= 0xd7)) return at;
    if (marker === 0xd8 || marker === 0x00) throw damaged("a marker stands where none may");
    if (at + 2 > bytes.length) return this.#cut();
    const length = (bytes[at]! << 8) | bytes[at + 1]!;
    if (length < 2) throw damaged("a segment has no length");
    const end = at + length;
    if (end > bytes.length) return this.#cut();
    const segment = bytes.subarray(at + 2, end);
    if (marker === 0xda) return this.#scan(segment, end);
    if (marker === 0xc4) this.#huffman(segment);
    else if (marker === 0xdb) this.#quantize(segment);
    else if (marker === 0xdd) this.#restartInterval = segment.length < 2 ? 0 : (segment[0]! << 8) | segment[1]!;
    else if (marker === 0xc0 || marker === 0xc1 || marker === 0xc2) this.#startFrame(segment, marker === 0xc2);
    else if (OTHER_FRAMES[marker]) throw unsupported(`is a JPEG of a rare kind (${OTHER_FRAMES[marker]})`);
    else if (marker >= 0xe0 && marker <= 0xef) this.#application(marker, segment);
    return end;
  }

  picture(): DecodedImage {
    const frame = this.#frame;
    if (!frame) throw truncated("before its pixels begin");
    const notes: string[] = [];
    const incomplete = frame.components.some(({ missingBits }) => missingBits.some((bits) => bits !== 0));
    if (frame.components.some(({ quantization }) => !quantization) || (incomplete && !this.ended))
      throw this.ended ? damaged("some of its pixels are missing") : truncated("before all of its pixels have come");
    if (incomplete) notes.push("the last refinements of this progressive JPEG are not in the file");
    if (!this.ended) notes.push("the file lacks its last bytes, but no pixel is missing");
    if (frame.progressive) for (const component of frame.components) transformAll(component);
    const colors = jpegColors(frame, this.#hasJfif, this.#adobeTransform);
    if (colors === "cmyk" || colors === "ycck")
      notes.push("the picture is in CMYK; it was turned into RGB without a colour profile");
    if (this.#orientation !== 1) notes.push(`turned upright, as its EXIF orientation ${this.#orientation} asks for`);
    const channels = colors === "gray" ? 1 : 3;
    const stored = { width: frame.width, height: frame.height, data: jpegPixels(frame, colors) };
    return { ...upright(stored, channels, this.#orientation), channels, depth: 8, notes };
  }

  /** The file ends within a segment: an error unless all pixels have come before, which `picture` decides. */
  #cut(): number {
    if (!this.#frame) throw truncated("before its pixels begin");
    return this.#bytes.length;
  }

  #application(marker: number, segment: Uint8Array): void {
    const starts = (text: string): boolean => [...text].every((letter, i) => segment[i] === letter.charCodeAt(0));
    if (marker === 0xe0 && starts("JFIF\0")) this.#hasJfif = true;
    if (marker === 0xe1 && starts("Exif\0\0")) this.#orientation = readOrientation(segment.subarray(6));
    if (marker === 0xee && starts("Adobe") && segment.length >= 12) this.#adobeTransform = segment[11]!;
  }

  #startFrame(segment: Uint8Array, progressive: boolean): void {
    if (this.#frame) throw unsupported("is a JPEG of several frames");
    const header = readFrameHeader(segment);
    checkSize(header.width, header.height, this.#limits);
    this.#frame = layOutFrame(header, progressive, this.#bytes.length);
  }

  #quantize(segment: Uint8Array): void {
    for (let at = 0; at < segment.length;) {
      const wide = segment[at]! >> 4;
      const index = segment[at]! & 15;
      at += 1;
      const end = at + (wide ? 128 : 64);
      if (wide > 1 || index > 3 || end > segment.length) throw damaged("a quantization table is impossible");
      const values = segment.subarray(at, end);
      this.#quantization[index] = Uint16Array.from({ length: 64 }, (_, k) =>
        wide ? (values[2 * k]! << 8) | values[2 * k + 1]! : values[k]!,
      );
      at = end;
    }
  }

  #huffman(segment: Uint8Array): void {
    for (let at = 0; at < segment.length;) {
      const tables = segment[at]! >> 4 === 0 ? this.#dc : this.#ac;
      const index = segment[at]! & 15;
      const counts = segment.subarray(at + 1, at + 17);
      const total = counts.reduce((sum, count) => sum + count, 0);
      const end = at + 17 + total;
      if (segment[at]! >> 4 > 1 || index > 3 || counts.length < 16 || total > 256 || end > segment.length)
        throw damaged("one of its Huffman tables is impossible");
      tables[index] = huffmanTable(counts, segment.slice(at + 17, end));
      at = end;
    }
  }

  #scan(segment: Uint8Array, start: number): number {
    const frame = this.#frame;
    if (!frame) throw damaged("its pixels come before its size");
    this.#scans += 1;
    if (this.#scans > MAX_SCANS) throw unsupported(`is a JPEG of more than ${MAX_SCANS} scans`);
    const scan = this.#scanHeader(frame, segment);
    for (const component of scan.components) {
      component.quantization ??= this.#quantization[component.quantizationIndex] ?? null;
      if (!component.quantization) throw damaged("a quantization table is missing");
    }
    const reader = new BitReader(this.#bytes, start);
    decodeScan(reader, frame, scan);
    for (const { missingBits } of scan.components)
      missingBits.fill(scan.successive, scan.spectralStart, scan.spectralEnd + 1);
    return reader.end();
  }

  #scanHeader(frame: Frame, segment: Uint8Array): Scan {
    const count = segment[0] ?? 0;
    if (count < 1 || count > 4 || segment.length < 4 + 2 * count) throw damaged("a scan header is impossible");
    const spectral = { start: segment[1 + 2 * count]!, end: segment[2 + 2 * count]! };
    const successive = { previous: segment[3 + 2 * count]! >> 4, now: segment[3 + 2 * count]! & 15 };
    const dcOnly = spectral.start === 0 && spectral.end === 0;
    const acOnly = spectral.start > 0 && spectral.start <= spectral.end && spectral.end <= 63 && count === 1;
    if (frame.progressive && ((!dcOnly && !acOnly) || successive.now > 13))
      throw damaged("a progressive scan header is impossible");
    const components = Array.from({ length: count }, (_, i) => {
      const component = frame.components.find(({ id }) => id === segment[1 + 2 * i]);
      const tables = segment[2 + 2 * i]!;
      if (!component) throw damaged("a scan names a component that the picture does not have");
      if (!frame.progressive && component.quantization) throw damaged("a component comes twice");
      component.dc = this.#dc[tables >> 4] ?? null;
      component.ac = this.#ac[tables & 15] ?? null;
      const needsDc = !frame.progressive || (dcOnly && successive.previous === 0);
      const needsAc = !frame.progressive || acOnly;
      if ((needsDc && !component.dc) || (needsAc && !component.ac)) throw damaged("a Huffman table is missing");
      return component;
    });
    if (new Set(components).size !== count) throw damaged("a scan names a component twice");
    return {
      components,
      spectralStart: frame.progressive ? spectral.start : 0,
      spectralEnd: frame.progressive ? spectral.end : 63,
      successivePrevious: frame.progressive ? successive.previous : 0,
      successive: frame.progressive ? successive.now : 0,
      restartInterval: this.#restartInterval,
    };
  }
}

function transformAll(component: Frame["components"][number]): void {
  const { coefficients, quantization, samples, paddedBlocksWide, paddedBlocksHigh } = component;
  if (!coefficients || !quantization) return;
  const stride = 8 * paddedBlocksWide;
  for (let block = 0; block < paddedBlocksWide * paddedBlocksHigh; block += 1) {
    const at = 8 * (Math.floor(block / paddedBlocksWide) * stride + (block % paddedBlocksWide));
    inverseTransform(coefficients, 64 * block, quantization, samples, at, stride);
  }
}
