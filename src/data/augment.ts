/** Augmentation: how an image is moved, mirrored and scaled before it is trained on. Off unless a recipe asks for it. */
import type { Pair, PlanValue } from "../model/plan.js";
import { isList, isSettings } from "../model/plan-values.js";
import { bits, stream } from "../weights/random.js";
import { DataError } from "./dataset.js";
import { uniform } from "./order.js";

export interface Augmentation {
  /** Left and right change places in every second image. */
  readonly mirror: boolean;
  /** Smallest and largest factor of the sides; all between are equally likely. Null leaves images as they are. */
  readonly scale: Pair | null;
  /**
   * Images are moved by up to so many pixels along each side (Long, Shelhamer and Darrell 2015, section 4.3: "translating
   * them up to 32 pixels (the coarsest scale of prediction) in each direction").
   */
  readonly jitter: number;
  /** [height, width] of the window that is cut out at a random place. Null leaves the image's own size. */
  readonly crop: Pair | null;
}

export const NO_AUGMENTATION: Augmentation = { mirror: false, scale: null, jitter: 0, crop: null };

/**
 * Where an image comes to lie: mirrored or not, scaled to `scaled`, and seen through a window of `size` whose first
 * pixel is pixel `from` of the scaled image. What the window shows beside the image is the mean, and void.
 */
export interface Placement {
  readonly mirror: boolean;
  /** Each [y, x] in pixels. */
  readonly scaled: Pair;
  readonly from: Pair;
  readonly size: Pair;
}

/**
 * `augment: { mirror: true, scale: [0.5, 2], jitter: 32, crop: 224x224 }` of a recipe, as a plan has it.
 *
 * @throws {DataError} for what is none of these
 */
export function readAugmentation(value: PlanValue | null | undefined): Augmentation {
  if (value === undefined || value === null) return NO_AUGMENTATION;
  if (!isSettings(value)) throw wrong("augment", "augment: { mirror: true, jitter: 32 }");
  const { mirror = false, scale, jitter = 0, crop } = value;
  if (typeof mirror !== "boolean") throw wrong("augment.mirror", "mirror: true");
  if (typeof jitter !== "number" || !Number.isSafeInteger(jitter) || jitter < 0)
    throw wrong("augment.jitter", "jitter: 32");
  return {
    mirror,
    jitter,
    scale: scale === undefined ? null : readScale(scale),
    crop: crop === undefined ? null : readCrop(crop),
  };
}

function readScale(value: PlanValue): Pair {
  const [least, most, ...more] = isList(value) ? value : [];
  const right =
    typeof least === "number" && typeof most === "number" && least > 0 && least <= most && most <= MOST_SCALE;
  if (!right || more.length > 0) throw wrong("augment.scale", `scale: [0.5, 2], with up to ${MOST_SCALE}`);
  return [least, most];
}

/** Sides grow by it, and memory by its square. */
const MOST_SCALE = 16;

/** `224x224`, or one number for both sides. */
function readCrop(value: PlanValue): Pair {
  const extent = isSettings(value) ? value["extent"] : [value, value];
  const [height, width] = isList(extent) ? extent : [];
  if (!isSide(height) || !isSide(width)) throw wrong("augment.crop", "crop: 224x224");
  return [height, width];
}

const isSide = (value: PlanValue | undefined): value is number =>
  typeof value === "number" && Number.isSafeInteger(value) && value > 0 && value <= 65535;

const wrong = (what: string, example: string): DataError =>
  new DataError(`\`${what}\` of the recipe cannot be read`, [`write it as in \`${example}\``]);

/** Where image number `image` of a run comes to lie: a function of the seed and these numbers alone. */
export function placementOf(
  { mirror, scale, jitter, crop }: Augmentation,
  seed: number,
  image: number,
  [height, width]: Pair,
): Placement {
  const draws = stream(seed, "augment");
  const draw = (which: number): number => uniform(bits(draws, 8 * image + which));
  const factor = scale ? scale[0] + draw(1) * (scale[1] - scale[0]) : 1;
  const scaled = [height, width].map((side) => Math.max(1, Math.round(factor * side))) as [number, number];
  const size = crop ?? scaled;
  // A window smaller than the image lies anywhere in it, and a larger one anywhere about it.
  const window = size.map((side, axis) => {
    const room = scaled[axis]! - side;
    return room >= 0 ? Math.floor(draw(2 + axis) * (room + 1)) : -Math.floor(draw(2 + axis) * (1 - room));
  });
  const moved = window.map((at, axis) => at + Math.floor(draw(4 + axis) * (2 * jitter + 1)) - jitter);
  return { mirror: mirror && draw(0) < 0.5, scaled, from: [moved[0]!, moved[1]!], size };
}
