/** The classes of a dense map, pixel by pixel of the picture that it was made of. */
import type { DenseMap } from "./interlace.js";
import type { Stitch } from "./stitch.js";
import { add, floorDivide, rational, subtract, type Rational } from "../model/rational.js";

/** What pixels get that no unit of the map lies on: the ignore label. */
const NOTHING = 255;

export interface PictureMask {
  readonly height: number;
  readonly width: number;
  readonly indices: Int32Array;
  /** Pixels that have a class. */
  readonly covered: number;
}

/** Each pixel takes the class of the unit on it; where units lie between pixels, of the one half a pixel further on. */
export function maskOnPicture(map: DenseMap, { origin }: Stitch, height: number, width: number): PictureMask {
  const [top, left] = [firstUnit(origin[0]), firstUnit(origin[1])];
  const indices = new Int32Array(height * width).fill(NOTHING);
  let covered = 0;
  for (let y = Math.max(0, -top); y < height && y + top < map.height; y++)
    for (let x = Math.max(0, -left); x < width && x + left < map.width; x++) {
      indices[y * width + x] = strongest(map, (y + top) * map.width + x + left);
      covered++;
    }
  return { height, width, indices, covered };
}

/** The index of the unit of pixel 0, which may be below 0: the first that lies at -1/2 < place <= 1/2. */
function firstUnit(origin: Rational): number {
  const { numerator, denominator } = add(subtract(rational(0), origin), rational(1, 2));
  return Number(floorDivide(numerator, denominator));
}

function strongest({ data, channels }: DenseMap, unit: number): number {
  let best = 0;
  const start = unit * channels;
  for (let c = 1; c < channels; c++) if ((data[start + c] ?? 0) > (data[start + best] ?? 0)) best = c;
  return best;
}
