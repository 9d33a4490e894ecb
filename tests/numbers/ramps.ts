/**
 * Weights with which a reference net hands a ramp through: convolutions pass pixels on, poolings and upsamplings do
 * what they do. Each stream is scored by classes of its own, so that nothing hides behind another stream.
 */
import type { Plan, Tensor } from "../../src/model/plan.js";
import type { PlanWeights } from "../../src/weights/plan-weights.js";
import type { Value } from "../../src/engines/engine.js";
import type { VocNet } from "../judges/voc-fcn.js";
import { chosenWeights } from "./weights.js";

/** Channels of the net's own order, BGR, that carry the ramps: x is in red and y in green. */
const CHANNEL = { x: 2, y: 1 } as const;
type Axis = keyof typeof CHANNEL;

export interface Stream {
  readonly name: "score_fr" | "score_pool4" | "score_pool3";
  /** Where its 2x2 poolings take the last pixel of a window, as on a rising ramp, the value comes from so much later. */
  readonly lateness: number;
}

const deep: Stream = { name: "score_fr", lateness: 15.5 };
const pool4: Stream = { name: "score_pool4", lateness: 7.5 };
const pool3: Stream = { name: "score_pool3", lateness: 3.5 };

export function streamsOf(net: VocNet): readonly Stream[] {
  if (net === "voc-fcn32s") return [deep];
  return net === "voc-fcn16s" ? [deep, pool4] : [deep, pool4, pool3];
}

/** The ramp that each of the first classes of the score shows. */
export function classesOf(net: VocNet): readonly (readonly [Stream, Axis])[] {
  return streamsOf(net).flatMap((stream) => [[stream, "x"] as const, [stream, "y"] as const]);
}

const MEAN = [104.00699, 116.66877, 122.67892] as const;
/** The at-once net's fixed scales, which its scores make good for. */
const SCALES: Readonly<Record<string, number>> = { score_pool4: 0.01, score_pool3: 0.0001 };

export function passingWeights(plan: Plan, net: VocNet): PlanWeights {
  const classes = classesOf(net);
  return chosenWeights(plan, (tensor, index) => {
    if (tensor.name === "conv1_1.bias") return MEAN[index] ?? 0;
    if (tensor.role === "vector") return 0;
    const [output = 0, input = 0, y, x] = place(tensor, index);
    const [, , height = 1, width = 1] = tensor.shape;
    if (y !== (height - 1) / 2 || x !== (width - 1) / 2) return 0;
    if (!tensor.layer.startsWith("score")) return output === input ? 1 : 0;
    const [stream, axis] = classes[output] ?? [];
    if (!stream || !axis || stream.name !== tensor.layer || input !== CHANNEL[axis]) return 0;
    return 1 / (net === "voc-fcn8s-atonce" ? (SCALES[tensor.layer] ?? 1) : 1);
  });
}

function place({ shape }: Tensor, index: number): number[] {
  const found: number[] = [];
  let rest = index;
  for (const size of [...shape].reverse()) {
    found.unshift(rest % size);
    rest = Math.floor(rest / size);
  }
  return found;
}

/** A picture [1, H, W, 3] in RGB whose red is the column and whose green is the row, rising or falling. */
export function rampPicture(height: number, width: number, slope: 1 | -1): Value {
  const data = new Float32Array(height * width * 3);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) data.set([ramp(x, slope), ramp(y, slope), 0], (y * width + x) * 3);
  return { data, shape: [1, height, width, 3] };
}

/** Above zero, so that no ReLU bends it. */
export const ramp = (at: number, slope: 1 | -1): number => 500 + slope * at;

/**
 * No pixel that is so far from the border depends on a unit that sees the border: half a window of 32 px and the
 * neighbours that the upsamplings by 2, 2 and 8 mix in, 32 + 16 + 8 px.
 */
export const MARGIN = 72;

/** The largest distance of a class of the score from what `wanted` says of each pixel of the interior. */
export function interiorError(
  score: Value | undefined,
  label: number,
  wanted: (y: number, x: number) => number,
): number {
  const [, height = 0, width = 0, classes = 0] = score?.shape ?? [];
  let most = height > 2 * MARGIN && width > 2 * MARGIN ? 0 : NaN;
  for (let y = MARGIN; y < height - MARGIN; y++)
    for (let x = MARGIN; x < width - MARGIN; x++) {
      const value = score?.data[(y * width + x) * classes + label] ?? NaN;
      most = Math.max(most, Math.abs(value - wanted(y, x)));
    }
  return most;
}
