/** From what a file holds to what a net is fed with. */
import type { DecodedImage } from "./read.js";

export interface RgbImage {
  readonly width: number;
  readonly height: number;
  /** [height, width, 3] */
  readonly data: Uint8Array;
}

export interface GrayImage {
  readonly width: number;
  readonly height: number;
  /** [height, width] */
  readonly data: Uint8Array;
}

/** RGB 0..255: gray is repeated, 16 bits become 8 by value / 257, rounded. */
export function toRgb8(image: DecodedImage): RgbImage {
  const { width, height, channels } = image;
  const data = to8Bits(image.data);
  if (channels === 3) return { width, height, data };
  const rgb = new Uint8Array(3 * data.length);
  for (let i = 0, at = 0; i < data.length; i += 1, at += 3) rgb[at] = rgb[at + 1] = rgb[at + 2] = data[i]!;
  return { width, height, data: rgb };
}

/** Gray 0..255: of colours the luma of ITU-R 601, 0.299 R + 0.587 G + 0.114 B, as PIL's `convert("L")` has it. */
export function toGray8(image: DecodedImage): GrayImage {
  const { width, height, channels } = image;
  const data = to8Bits(image.data);
  if (channels === 1) return { width, height, data };
  const gray = new Uint8Array(width * height);
  for (let i = 0, at = 0; i < gray.length; i += 1, at += 3)
    gray[i] = (19595 * data[at]! + 38470 * data[at + 1]! + 7471 * data[at + 2]! + 32768) >> 16;
  return { width, height, data: gray };
}

function to8Bits(data: Uint8Array | Uint16Array): Uint8Array {
  return data instanceof Uint8Array ? data : Uint8Array.from(data, (value) => Math.round(value / 257));
}
