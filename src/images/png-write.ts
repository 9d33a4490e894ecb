/** Writing PNG files: deterministic, 8 bits a sample. */
import { deflateSync } from "node:zlib";
import type { RgbImage } from "./convert.js";
import { type Chunk, writeChunks } from "./png-chunks.js";

/**
 * A PNG of rows that are stored as they are.
 *
 * @param colorType 2 for RGB, 3 for palette indices
 * @param rows [height, width, channels], where channels is 3 or 1
 * @param palette chunks that go before the pixels
 */
export function encodePng(
  width: number,
  height: number,
  colorType: 2 | 3,
  rows: Uint8Array,
  palette: readonly Chunk[] = [],
): Uint8Array {
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  header.set([8, colorType], 8);
  const rowBytes = width * (colorType === 2 ? 3 : 1);
  if (rows.length !== rowBytes * height)
    throw new RangeError(`${width} x ${height} pixels take another number of bytes`);
  const filtered = new Uint8Array((rowBytes + 1) * height);
  for (let y = 0; y < height; y += 1) {
    const row = rows.subarray(y * rowBytes, (y + 1) * rowBytes);
    const to = y * (rowBytes + 1) + 1;
    if (colorType === 3) filtered.set(row, to);
    else {
      // Photographs pack best as differences from the row above.
      filtered[to - 1] = 2;
      for (let i = 0; i < rowBytes; i += 1)
        filtered[to + i] = row[i]! - (y === 0 ? 0 : rows[y * rowBytes - rowBytes + i]!);
    }
  }
  return writeChunks([{ type: "IHDR", data: header }, ...palette, { type: "IDAT", data: deflateSync(filtered) }]);
}

/** An RGB picture as PNG. */
export function writeRgbPng({ width, height, data }: RgbImage): Uint8Array {
  return encodePng(width, height, 2, data);
}
