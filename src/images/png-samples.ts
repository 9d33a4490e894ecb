/** From the inflated bytes of a PNG to samples: filters undone, passes put together, bits unpacked. */
import { damaged } from "./error.js";

export interface PngLayout {
  readonly width: number;
  readonly height: number;
  readonly depth: 1 | 2 | 4 | 8 | 16;
  /** Samples of a pixel in the file, alpha included. */
  readonly channels: number;
  readonly interlaced: boolean;
}

interface Pass {
  readonly x: number;
  readonly y: number;
  readonly stepX: number;
  readonly stepY: number;
}

const WHOLE: readonly Pass[] = [{ x: 0, y: 0, stepX: 1, stepY: 1 }];
const ADAM7: readonly Pass[] = [
  { x: 0, y: 0, stepX: 8, stepY: 8 },
  { x: 4, y: 0, stepX: 8, stepY: 8 },
  { x: 0, y: 4, stepX: 4, stepY: 8 },
  { x: 2, y: 0, stepX: 4, stepY: 4 },
  { x: 0, y: 2, stepX: 2, stepY: 4 },
  { x: 1, y: 0, stepX: 2, stepY: 2 },
  { x: 0, y: 1, stepX: 1, stepY: 2 },
];

/** The passes that hold pixels, each with its extent and the bytes of a row without its filter byte. */
function passes(
  layout: PngLayout,
): (Pass & { readonly columns: number; readonly rows: number; readonly rowBytes: number })[] {
  return (layout.interlaced ? ADAM7 : WHOLE)
    .map((pass) => {
      const columns = Math.ceil((layout.width - pass.x) / pass.stepX);
      const rows = Math.ceil((layout.height - pass.y) / pass.stepY);
      return { ...pass, columns, rows, rowBytes: Math.ceil((columns * layout.channels * layout.depth) / 8) };
    })
    .filter(({ columns, rows }) => columns > 0 && rows > 0);
}

/** Bytes that the pixels take before they are compressed. */
export function inflatedSize(layout: PngLayout): number {
  return passes(layout).reduce((sum, { rows, rowBytes }) => sum + rows * (1 + rowBytes), 0);
}

/**
 * Samples as they are stored (not scaled to 8 bits), [height, width, kept]: the first `kept` channels of each pixel.
 * `bytes` are changed in place. Throws `ImageError` for an unknown filter.
 */
export function unpackSamples(bytes: Uint8Array, layout: PngLayout, kept: number): Uint8Array | Uint16Array {
  const { width, height, depth, channels } = layout;
  const size = width * height * kept;
  const samples = depth === 16 ? new Uint16Array(size) : new Uint8Array(size);
  const pixelBytes = Math.max(1, (channels * depth) >> 3);
  let at = 0;
  for (const pass of passes(layout)) {
    let above: Uint8Array | null = null;
    for (let row = 0; row < pass.rows; row += 1) {
      const line: Uint8Array = bytes.subarray(at + 1, at + 1 + pass.rowBytes);
      unfilter(bytes[at]!, line, above, pixelBytes);
      const start = (pass.y + row * pass.stepY) * width + pass.x;
      spread(line, samples, { depth, channels, kept, columns: pass.columns, start, step: pass.stepX });
      above = line;
      at += 1 + pass.rowBytes;
    }
  }
  return samples;
}

interface Spread {
  readonly depth: number;
  readonly channels: number;
  readonly kept: number;
  readonly columns: number;
  /** First pixel, and pixels from one to the next. */
  readonly start: number;
  readonly step: number;
}

function spread(line: Uint8Array, samples: Uint8Array | Uint16Array, how: Spread): void {
  const { depth, channels, kept, columns, start, step } = how;
  if (depth === 8 && channels === kept && step === 1) {
    samples.set(line, start * kept);
    return;
  }
  const mask = (1 << depth) - 1;
  for (let column = 0; column < columns; column += 1) {
    const to = (start + column * step) * kept;
    for (let c = 0; c < kept; c += 1) {
      const index = column * channels + c;
      if (depth === 16) samples[to + c] = (line[2 * index]! << 8) | line[2 * index + 1]!;
      else if (depth === 8) samples[to + c] = line[index]!;
      else {
        const bit = index * depth;
        samples[to + c] = (line[bit >> 3]! >> (8 - depth - (bit & 7))) & mask;
      }
    }
  }
}

/** Undoes the filter of a row in place. `above` is the row before it in its pass, or null. */
function unfilter(filter: number, line: Uint8Array, above: Uint8Array | null, pixelBytes: number): void {
  const size = line.length;
  if (filter === 0 || (filter === 2 && !above)) return;
  if (filter === 1 || (filter === 4 && !above)) {
    for (let i = pixelBytes; i < size; i += 1) line[i]! += line[i - pixelBytes]!;
  } else if (filter === 2 && above) {
    for (let i = 0; i < size; i += 1) line[i]! += above[i]!;
  } else if (filter === 3) {
    for (let i = 0; i < size; i += 1) {
      const left = i < pixelBytes ? 0 : line[i - pixelBytes]!;
      line[i]! += (left + (above ? above[i]! : 0)) >> 1;
    }
  } else if (filter === 4 && above) {
    for (let i = 0; i < Math.min(pixelBytes, size); i += 1) line[i]! += above[i]!;
    for (let i = pixelBytes; i < size; i += 1) {
      const left = line[i - pixelBytes]!;
      const up = above[i]!;
      const corner = above[i - pixelBytes]!;
      const toLeft = Math.abs(up - corner);
      const toUp = Math.abs(left - corner);
      const toCorner = Math.abs(left + up - 2 * corner);
      line[i]! += toLeft <= toUp && toLeft <= toCorner ? left : toUp <= toCorner ? up : corner;
    }
  } else throw damaged("a row of its pixels has an unknown filter");
}
