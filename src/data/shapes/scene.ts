/** One image of the made-up set: shapes over one another on a ground, and the class of each pixel. */
import type { RgbImage } from "../../images/convert.js";
import type { Mask } from "../../images/palette-png.js";
import { Draws, latticeValue, rotation } from "./draws.js";
import type { Shape } from "./outlines.js";
import { groundPaint, shapePaint, type Paint } from "./paint.js";
import { withVoidBorders } from "./void-border.js";

export interface Scene {
  readonly image: RgbImage;
  /** Classes from 1 in the order of the shapes, 0 for the ground, 255 along outlines. */
  readonly mask: Mask;
}

/** Centre and radius in px. */
interface Placed {
  readonly shape: Shape;
  readonly label: number;
  readonly x: number;
  readonly y: number;
  readonly radius: number;
  readonly turned: { readonly cos: number; readonly sin: number };
  readonly paint: Paint;
}

const SMALLEST_RADIUS = 10;
const MOST_SHAPES = 6;
/** Colours are moved by up to so much, pixel by pixel. */
const GRAIN = 8;

/** Where a pixel is looked at for how much of it a shape covers. */
const SAMPLES = [-0.25, 0.25] as const;

/**
 * The image of a name under a seed: the same on every machine.
 * @param height in px
 * @param width in px
 */
export function drawScene(height: number, width: number, shapes: readonly Shape[], seed: number, name: string): Scene {
  const draws = new Draws(seed, name);
  const colors = new Float64Array(3 * width * height);
  const indices = new Uint8Array(width * height);
  fill(colors, width, height, groundPaint(draws));
  const count = draws.whole(2, MOST_SHAPES);
  for (let number = 0; number < count; number += 1)
    place(colors, indices, width, height, drawPlaced(height, width, shapes, draws));
  const key = draws.key();
  const data = Uint8Array.from(colors, (value, at) =>
    Math.max(0, Math.min(255, Math.round(value + GRAIN * (2 * latticeValue(key, at, 0) - 1)))),
  );
  return { image: { width, height, data }, mask: withVoidBorders({ width, height, indices }) };
}

function drawPlaced(height: number, width: number, shapes: readonly Shape[], draws: Draws): Placed {
  const shape = draws.pick(shapes);
  const side = Math.min(height, width);
  const largest = 0.34 * side;
  const smallest = Math.min(SMALLEST_RADIUS, 0.6 * largest);
  // Small ones are more common, as in photographs.
  const share = draws.uniform(0, 1);
  const radius = smallest + (largest - smallest) * share * share;
  return {
    shape,
    label: shapes.indexOf(shape) + 1,
    x: draws.uniform(0.5 * radius, width - 0.5 * radius),
    y: draws.uniform(0.5 * radius, height - 0.5 * radius),
    radius,
    turned: rotation(draws),
    paint: shapePaint(shape, draws),
  };
}

function fill(colors: Float64Array, width: number, height: number, paint: Paint): void {
  for (let y = 0; y < height; y += 1)
    for (let x = 0; x < width; x += 1) colors.set(paint(x + 0.5, y + 0.5), 3 * (y * width + x));
}

function place(colors: Float64Array, indices: Uint8Array, width: number, height: number, placed: Placed): void {
  const { x: centreX, y: centreY, radius, turned, shape, paint, label } = placed;
  const contains = (x: number, y: number): boolean => {
    const [u, v] = [(x - centreX) / radius, (y - centreY) / radius];
    return shape.contains(u * turned.cos + v * turned.sin, v * turned.cos - u * turned.sin);
  };
  for (let y = Math.max(0, Math.floor(centreY - radius)); y < Math.min(height, centreY + radius); y += 1)
    for (let x = Math.max(0, Math.floor(centreX - radius)); x < Math.min(width, centreX + radius); x += 1) {
      let covered = 0;
      for (const dy of SAMPLES) for (const dx of SAMPLES) if (contains(x + 0.5 + dx, y + 0.5 + dy)) covered += 0.25;
      if (covered === 0) continue;
      const at = y * width + x;
      paint(x + 0.5, y + 0.5).forEach((value, channel) => {
        colors[3 * at + channel]! += covered * (value - colors[3 * at + channel]!);
      });
      if (contains(x + 0.5, y + 0.5)) indices[at] = label;
    }
}
