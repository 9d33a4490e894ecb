/** Draws images and labels as a placement says. */
import type { Pair } from "../model/plan.js";
import type { Placement } from "./augment.js";

/** Numbers of each pixel: [height, width, channels]. */
export interface Raster<Values extends Float32Array | Uint8Array | Uint16Array> {
  readonly size: Pair;
  readonly channels: number;
  readonly data: Values;
}

/** The units of the source that a place of the window lies between: `low` and `high`, and the share of `high`. */
interface Axis {
  readonly low: Int32Array;
  readonly high: Int32Array;
  readonly share: Float64Array;
  readonly nearest: Int32Array;
}

/** True where images and labels stay as they are. */
const isIdentity = ({ mirror, scaled, from, size }: Placement, [height, width]: Pair): boolean =>
  !mirror && scaled.join() === `${height},${width}` && size.join() === scaled.join() && from[0] === 0 && from[1] === 0;

/**
 * An image as it is placed, interpolated bilinearly between the centres of pixels, without smoothing where it shrinks (as
 * `F.interpolate(align_corners=False, antialias=False)` of PyTorch has it).
 *
 * @param fill of each channel, for what lies outside of the image
 */
export function placeImage(
  image: Raster<Float32Array<ArrayBuffer>>,
  placement: Placement,
  fill: readonly number[],
): Float32Array<ArrayBuffer> {
  const { data, channels } = image;
  if (isIdentity(placement, image.size)) return data;
  const [rows, columns] = axesOf(image.size, placement);
  const target = new Float32Array(placement.size[0] * placement.size[1] * channels);
  let at = 0;
  for (let y = 0; y < placement.size[0]; y += 1) {
    const top = rows.low[y]! * image.size[1];
    const bottom = rows.high[y]! * image.size[1];
    const down = rows.share[y]!;
    for (let x = 0; x < placement.size[1]; x += 1) {
      const left = columns.low[x]!;
      const right = columns.high[x]!;
      const across = columns.share[x]!;
      const outside = top < 0 || left < 0;
      for (let c = 0; c < channels; c += 1, at += 1) {
        if (outside) {
          target[at] = fill[c]!;
          continue;
        }
        const upper = between(data[(top + left) * channels + c]!, data[(top + right) * channels + c]!, across);
        const lower = between(data[(bottom + left) * channels + c]!, data[(bottom + right) * channels + c]!, across);
        target[at] = between(upper, lower, down);
      }
    }
  }
  return target;
}

const between = (from: number, to: number, share: number): number => from + (to - from) * share;

/** Labels as they are placed: of each pixel the nearest, and `fill` for what lies outside. */
export function placeLabels(
  labels: Raster<Uint8Array | Uint16Array>,
  placement: Placement,
  fill: number,
): Uint8Array | Uint16Array {
  if (isIdentity(placement, labels.size)) return labels.data;
  const [rows, columns] = axesOf(labels.size, placement);
  const [height, width] = placement.size;
  const placed = labels.data instanceof Uint8Array ? new Uint8Array(height * width) : new Uint16Array(height * width);
  let at = 0;
  for (let y = 0; y < height; y += 1) {
    const row = rows.nearest[y]! * labels.size[1];
    for (let x = 0; x < width; x += 1, at += 1) {
      const column = columns.nearest[x]!;
      placed[at] = row < 0 || column < 0 ? fill : labels.data[row + column]!;
    }
  }
  return placed;
}

function axesOf(size: Pair, { mirror, scaled, from, size: window }: Placement): readonly [Axis, Axis] {
  return [
    axisOf(size[0], scaled[0], from[0], window[0], false),
    axisOf(size[1], scaled[1], from[1], window[1], mirror),
  ];
}

/** Of `units` pixels that are scaled to `scaled`, the `length` that are seen from `from` on; -1 where there are none. */
function axisOf(units: number, scaled: number, from: number, length: number, mirror: boolean): Axis {
  const low = new Int32Array(length).fill(-1);
  const high = new Int32Array(length).fill(-1);
  const nearest = new Int32Array(length).fill(-1);
  const share = new Float64Array(length);
  for (let i = 0; i < length; i += 1) {
    const seen = from + i;
    if (seen < 0 || seen >= scaled) continue;
    const centre = ((mirror ? scaled - 1 - seen : seen) + 0.5) * (units / scaled);
    const place = Math.min(Math.max(centre - 0.5, 0), units - 1);
    low[i] = Math.floor(place);
    high[i] = Math.min(low[i]! + 1, units - 1);
    share[i] = place - low[i]!;
    nearest[i] = Math.min(Math.floor(centre), units - 1);
  }
  return { low, high, share, nearest };
}
