/**
 * A picture that is the same everywhere: soft clouds of colour with some noise, so that nets see edges, flat parts and
 * texture. What a pixel holds depends on its place alone.
 */

/** Pixels between two points of a cloud that are chosen freely. */
const CELL = 8;
const NOISE = 24;

/** [height, width, channels], whole numbers of 1 to 255: 0 has no logarithm, which some nets take of depths. */
export function generatedPicture(height: number, width: number, channels: number): Float32Array {
  const pixels = new Float32Array(height * width * channels);
  let at = 0;
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (let channel = 0; channel < channels; channel++) {
        const noise = (hash(y, x, channel + 1000) % (2 * NOISE + 1)) - NOISE;
        pixels[at++] = Math.min(255, Math.max(1, cloud(y, x, channel) + noise));
      }
  return pixels;
}

/** Between four chosen numbers, in whole numbers throughout. */
function cloud(y: number, x: number, channel: number): number {
  const [top, left] = [Math.floor(y / CELL), Math.floor(x / CELL)];
  const [down, across] = [y % CELL, x % CELL];
  const corner = (row: number, column: number): number => hash(top + row, left + column, channel) & 255;
  const above = corner(0, 0) * (CELL - across) + corner(0, 1) * across;
  const below = corner(1, 0) * (CELL - across) + corner(1, 1) * across;
  return Math.floor((above * (CELL - down) + below * down) / CELL ** 2);
}

/** 32 bits that look random: the finish of MurmurHash3 over the three numbers. */
function hash(a: number, b: number, c: number): number {
  let value = Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca77) ^ Math.imul(c + 1, 0xc2b2ae3d);
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}
