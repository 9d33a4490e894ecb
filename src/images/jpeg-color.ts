/** Rows of JPEG components to gray or RGB. */
import { damaged } from "./error.js";
import type { Frame } from "./jpeg-frame.js";
import { upsampler } from "./jpeg-upsample.js";

export type JpegColors = "gray" | "ycc" | "rgb" | "cmyk" | "ycck";

/** What the components are, by the rules of the Independent JPEG Group's library. */
export function jpegColors(frame: Frame, hasJfif: boolean, adobeTransform: number | null): JpegColors {
  const ids = frame.components.map(({ id }) => id).join();
  if (frame.components.length === 1) return "gray";
  if (frame.components.length === 4) return adobeTransform === null || adobeTransform === 0 ? "cmyk" : "ycck";
  if (hasJfif) return "ycc";
  if (adobeTransform !== null) return adobeTransform === 0 ? "rgb" : "ycc";
  return ids === "82,71,66" ? "rgb" : "ycc";
}

/** 16-bit fixed point with the library's constants and rounding. */
const fix = (value: number): number => Math.round(value * 65536);
const entries = (factor: number, half: number, shift: number): Int32Array =>
  Int32Array.from({ length: 256 }, (_, i) => (fix(factor) * (i - 128) + half) >> shift);
const RED = entries(1.402, 32768, 16);
const BLUE = entries(1.772, 32768, 16);
const GREEN_OF_CR = entries(-0.71414, 0, 0);
const GREEN_OF_CB = entries(-0.34414, 32768, 0);

const clamp = (value: number): number => (value < 0 ? 0 : value > 255 ? 255 : value);

/** a * b / 255, rounded. */
function fraction(a: number, b: number): number {
  const product = a * b + 128;
  return ((product >> 8) + product) >> 8;
}

/**
 * The picture of a decoded frame: [height, width, 1] for gray, otherwise [height, width, 3] RGB. Ink is taken to be
 * stored inverted, as Adobe's programs write it and as other readers take it.
 */
export function jpegPixels(frame: Frame, colors: JpegColors): Uint8Array {
  const { width, height } = frame;
  const upsamplers = frame.components.map((component) => upsampler(component, frame));
  const rows = frame.components.map(() => new Uint8Array(width + 2));
  const [first, second, third, fourth] = rows;
  const channels = colors === "gray" ? 1 : 3;
  const pixels = new Uint8Array(width * height * channels);
  if (!first) throw damaged("it has no components");
  for (let y = 0; y < height; y += 1) {
    for (const [i, upsample] of upsamplers.entries()) upsample(y, rows[i]!);
    const from = y * width * channels;
    if (!second || !third) {
      pixels.set(first.subarray(0, width), from);
      continue;
    }
    if (colors === "ycc" || colors === "ycck") rgbOfYcc(first, second, third, width);
    for (let x = 0, at = from; x < width; x += 1, at += 3) {
      pixels[at] = first[x]!;
      pixels[at + 1] = second[x]!;
      pixels[at + 2] = third[x]!;
    }
    if (fourth) blacken(pixels.subarray(from, from + 3 * width), fourth, colors === "cmyk");
  }
  return pixels;
}

/** In place. */
function rgbOfYcc(first: Uint8Array, second: Uint8Array, third: Uint8Array, width: number): void {
  for (let x = 0; x < width; x += 1) {
    const luma = first[x]!;
    const cb = second[x]!;
    const cr = third[x]!;
    first[x] = clamp(luma + RED[cr]!);
    second[x] = clamp(luma + ((GREEN_OF_CB[cb]! + GREEN_OF_CR[cr]!) >> 16));
    third[x] = clamp(luma + BLUE[cb]!);
  }
}

/**
 * Turns a row of inks into RGB, in place. Files store the inverse of ink: light. Of YCCK the first three, turned into
 * RGB, are the complement of what is stored, and so the inks themselves.
 */
function blacken(row: Uint8Array, lightOfBlack: Uint8Array, stored: boolean): void {
  for (let at = 0; at < row.length; at += 1) {
    const light = lightOfBlack[Math.floor(at / 3)]!;
    const ink = stored ? 255 - row[at]! : row[at]!;
    row[at] = light - fraction(ink, light);
  }
}
