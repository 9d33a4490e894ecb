/** The frame of a JPEG: its components with their sizes, and where their samples and coefficients are kept. */
import { damaged, truncated, unsupported } from "./error.js";
import type { HuffmanTable } from "./jpeg-bits.js";

/** Row-major index of each coefficient in the order in which a file holds them. */
// prettier-ignore
export const ZIGZAG = new Uint8Array([
   0,  1,  8, 16,  9,  2,  3, 10, 17, 24, 32, 25, 18, 11,  4,  5,
  12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13,  6,  7, 14, 21, 28,
  35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51,
  58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
]);

export interface Component {
  readonly id: number;
  /** Sampling factors, 1 to 4. */
  readonly h: number;
  readonly v: number;
  readonly quantizationIndex: number;
  /** Extent in samples, and in blocks of 8 by 8. */
  readonly width: number;
  readonly height: number;
  readonly blocksWide: number;
  readonly blocksHigh: number;
  /** Blocks with those that fill up the last MCU of a row and of a column. */
  readonly paddedBlocksWide: number;
  readonly paddedBlocksHigh: number;
  /** [8 * paddedBlocksHigh, 8 * paddedBlocksWide] */
  readonly samples: Uint8Array;
  /** 64 for each padded block, row-major in the block; null in sequential files, whose blocks are finished at once. */
  readonly coefficients: Int16Array | null;
  /** For each coefficient in zigzag order how many low bits are still to come; -1 before the first scan. */
  readonly missingBits: Int8Array;
  /** 64 in zigzag order: the table that held when the component's first scan began. */
  quantization: Uint16Array | null;
  dc: HuffmanTable | null;
  ac: HuffmanTable | null;
  prediction: number;
}

export interface Frame {
  readonly progressive: boolean;
  readonly width: number;
  readonly height: number;
  readonly maxH: number;
  readonly maxV: number;
  readonly mcusWide: number;
  readonly mcusHigh: number;
  readonly components: readonly Component[];
}

export interface FrameHeader {
  readonly width: number;
  readonly height: number;
  readonly components: readonly {
    readonly id: number;
    readonly h: number;
    readonly v: number;
    readonly quantizationIndex: number;
  }[];
}

/** Reads the payload of a start-of-frame segment. Throws `ImageError`. */
export function readFrameHeader(segment: Uint8Array): FrameHeader {
  if (segment.length < 6) throw damaged("its frame header is too short");
  const precision = segment[0]!;
  const height = (segment[1]! << 8) | segment[2]!;
  const width = (segment[3]! << 8) | segment[4]!;
  const count = segment[5]!;
  if (precision !== 8) throw unsupported(`is a JPEG of ${precision} bits a sample, and only 8 are read`);
  if (height === 0) throw unsupported("is a JPEG that says its height after its pixels");
  if (count !== 1 && count !== 3 && count !== 4)
    throw unsupported(`is a JPEG of ${count} components, and 1, 3 and 4 are read`);
  if (segment.length < 6 + 3 * count) throw damaged("its frame header is too short");
  const components = Array.from({ length: count }, (_, i) => {
    const at = 6 + 3 * i;
    return {
      id: segment[at]!,
      h: segment[at + 1]! >> 4,
      v: segment[at + 1]! & 15,
      quantizationIndex: segment[at + 2]!,
    };
  });
  if (components.some(({ h, v, quantizationIndex: q }) => h < 1 || h > 4 || v < 1 || v > 4 || q > 3))
    throw damaged("its frame header holds impossible values");
  if (new Set(components.map(({ id }) => id)).size !== count) throw damaged("two of its components have one name");
  return { width, height, components };
}

/** Lays out a frame. `fileBytes` bounds how much can be in it: a file too small for its blocks is refused at once. */
export function layOutFrame(header: FrameHeader, progressive: boolean, fileBytes: number): Frame {
  const { width, height } = header;
  const maxH = Math.max(...header.components.map(({ h }) => h));
  const maxV = Math.max(...header.components.map(({ v }) => v));
  const mcusWide = Math.ceil(width / (8 * maxH));
  const mcusHigh = Math.ceil(height / (8 * maxV));
  const blocks = header.components.reduce((sum, { h, v }) => sum + mcusWide * h * mcusHigh * v, 0);
  // A block takes a bit at the very least; the padding of components that come alone may be left out.
  if (blocks / 4 > fileBytes * 8)
    throw truncated(`long before the ${width} x ${height} pixels that its header promises`);
  const components = header.components.map((component): Component => {
    const own = { width: Math.ceil((width * component.h) / maxH), height: Math.ceil((height * component.v) / maxV) };
    const paddedBlocksWide = mcusWide * component.h;
    const paddedBlocksHigh = mcusHigh * component.v;
    return {
      ...component,
      ...own,
      blocksWide: Math.ceil(own.width / 8),
      blocksHigh: Math.ceil(own.height / 8),
      paddedBlocksWide,
      paddedBlocksHigh,
      samples: new Uint8Array(64 * paddedBlocksWide * paddedBlocksHigh),
      coefficients: progressive ? new Int16Array(64 * paddedBlocksWide * paddedBlocksHigh) : null,
      missingBits: new Int8Array(64).fill(-1),
      quantization: null,
      dc: null,
      ac: null,
      prediction: 0,
    };
  });
  return { progressive, width, height, maxH, maxV, mcusWide, mcusHigh, components };
}
