/**
 * From the components of a JPEG, which may be sampled more coarsely than the picture, to rows at its full size. Halved
 * components are interpolated with weights 3/4 and 1/4 as the Independent JPEG Group's library does it, rounding
 * included, so that pixels equal those of programs that use that library.
 */
import type { Component, Frame } from "./jpeg-frame.js";

/** Writes row `y` of the picture into `row`, which has room for two samples more than the picture is wide. */
export type Upsampler = (y: number, row: Uint8Array) => void;

export function upsampler(component: Component, frame: Frame): Upsampler {
  const { samples, width, height, paddedBlocksWide, h, v } = component;
  const stride = 8 * paddedBlocksWide;
  const horizontally = frame.maxH / h;
  const vertically = frame.maxV / v;
  /** Offsets of the row that a row of the picture lies in, and of the nearer one of its neighbours. */
  const rowOf = (y: number): number => stride * Math.min(Math.floor(y / vertically), height - 1);
  const neighbourOf = (y: number): number => {
    const row = (y >> 1) + (y % 2 === 0 ? -1 : 1);
    return stride * Math.max(0, Math.min(row, height - 1));
  };

  if (horizontally === 1 && vertically === 1)
    return (y, row) => row.set(samples.subarray(stride * y, stride * y + width));
  if (horizontally === 2 && vertically === 1 && width > 2) return (y, row) => widen(samples, rowOf(y), width, row);
  if (horizontally === 1 && vertically === 2)
    return (y, row) => {
      const near = rowOf(y);
      const far = neighbourOf(y);
      const bias = y % 2 === 0 ? 1 : 2;
      for (let x = 0; x < width; x += 1) row[x] = (3 * samples[near + x]! + samples[far + x]! + bias) >> 2;
    };
  if (horizontally === 2 && vertically === 2 && width > 2) {
    const sums = new Uint16Array(width);
    return (y, row) => {
      const near = rowOf(y);
      const far = neighbourOf(y);
      for (let x = 0; x < width; x += 1) sums[x] = 3 * samples[near + x]! + samples[far + x]!;
      widenSums(sums, row);
    };
  }
  return (y, row) => {
    const from = rowOf(y);
    for (let x = 0; x < frame.width; x += 1)
      row[x] = samples[from + Math.min(Math.floor(x / horizontally), width - 1)]!;
  };
}

function widen(samples: Uint8Array, from: number, width: number, row: Uint8Array): void {
  const last = width - 1;
  for (let x = 0; x < width; x += 1) {
    const value = 3 * samples[from + x]!;
    row[2 * x] = (value + samples[from + Math.max(x - 1, 0)]! + 1) >> 2;
    row[2 * x + 1] = (value + samples[from + Math.min(x + 1, last)]! + 2) >> 2;
  }
}

/** The same for sums of two rows, which are 4 times as large. */
function widenSums(sums: Uint16Array, row: Uint8Array): void {
  const last = sums.length - 1;
  for (let x = 0; x <= last; x += 1) {
    const value = 3 * sums[x]!;
    row[2 * x] = (value + sums[Math.max(x - 1, 0)]! + 8) >> 4;
    row[2 * x + 1] = (value + sums[Math.min(x + 1, last)]! + 7) >> 4;
  }
}
