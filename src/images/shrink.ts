/** Pictures and masks made small enough to be shown beside others. */
import type { RgbImage } from "./convert.js";
import type { Mask } from "./palette-png.js";

interface Sized {
  readonly width: number;
  readonly height: number;
}

/** The largest size of the same shape within a square of `most` pixels; never larger than it is. */
export function sizeWithin({ width, height }: Sized, most: number): Sized {
  const factor = Math.min(1, most / Math.max(width, height));
  return { width: Math.max(1, Math.round(factor * width)), height: Math.max(1, Math.round(factor * height)) };
}

/** Each pixel is the mean of those that it covers. */
export function shrinkPicture(picture: RgbImage, most: number): RgbImage {
  const { width, height } = sizeWithin(picture, most);
  if (width === picture.width && height === picture.height) return picture;
  const columns = edges(picture.width, width);
  const rows = edges(picture.height, height);
  const data = new Uint8Array(3 * width * height);
  for (let y = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1) {
      const sums = [0, 0, 0];
      for (let row = rows[y]!; row < rows[y + 1]!; row += 1)
        for (let column = columns[x]!; column < columns[x + 1]!; column += 1)
          for (let c = 0; c < 3; c += 1) sums[c]! += picture.data[3 * (row * picture.width + column) + c]!;
      const covered = (rows[y + 1]! - rows[y]!) * (columns[x + 1]! - columns[x]!);
      for (let c = 0; c < 3; c += 1) data[3 * (y * width + x) + c] = Math.round(sums[c]! / covered);
    }
  return { width, height, data };
}

/** Each pixel is of the class in the middle of what it covers. */
export function shrinkMask(mask: Mask, most: number): Mask {
  const { width, height } = sizeWithin(mask, most);
  if (width === mask.width && height === mask.height) return mask;
  const indices = mask.indices.slice(0, width * height);
  for (let y = 0; y < height; y += 1) {
    const row = Math.floor(((y + 0.5) * mask.height) / height) * mask.width;
    for (let x = 0; x < width; x += 1)
      indices[y * width + x] = mask.indices[row + Math.floor(((x + 0.5) * mask.width) / width)]!;
  }
  return { width, height, indices };
}

/** Where each of `count` units begins, in `length` pixels, and where the last ends. */
const edges = (length: number, count: number): number[] =>
  Array.from({ length: count + 1 }, (_, i) => Math.floor((i * length) / count));
