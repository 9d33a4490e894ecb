/**
 * Shift-and-stitch (Long et al. 2015, section 3.2): a map of stride f is made dense by f * f runs of the net on moved
 * images, whose units are interlaced. On an axis, the image is moved by r pixels to the right or down, r from 0 to
 * f - 1; unit i of that run then sees what a unit at i f - r would see on the image itself, and that is where it goes.
 *
 * What comes in at the left and above is the value that the net's first layer sees as zero, so that its padding goes on.
 */
import type { NodeGeometry } from "../model/geometry.js";
import type { Operation, Pair, Plan, PlanInput } from "../model/plan.js";
import { planGeometry } from "../model/plan-geometry.js";
import { isInteger, toNumber, toString, type Rational } from "../model/rational.js";
import { evaluate, symbolOf } from "../model/size.js";

/** Runs on an axis at most: the largest stride of the nets that this is for. */
export const STRIDE_LIMIT = 32;

export interface Fault {
  readonly fault: string;
  readonly help: readonly string[];
}

export interface Stitch {
  readonly plan: Plan;
  readonly layer: string;
  readonly input: PlanInput;
  readonly channels: number;
  /** The layer's stride, and so the runs on each axis. */
  readonly stride: Pair;
  /** The place on the image of unit 0 of the dense map, whose units are a pixel apart. */
  readonly origin: readonly [Rational, Rational];
  /** The operations that the layer comes from, itself the last. */
  readonly operations: readonly Operation[];
  readonly geometry: ReadonlyMap<string, NodeGeometry>;
}

/** What a layer's map becomes for an image of some size. */
export interface DenseSize {
  readonly height: number;
  readonly width: number;
}

/** Whether a layer can be made dense by moving the image, and how. */
export function prepareStitch(plan: Plan, layer: string): Stitch | Fault {
  const last = plan.operations.find(({ name }) => name === layer);
  if (!last) return fault(`${plan.net} has no layer \`${layer}\``, "`fcnc inspect` lists the layers");
  const operations = upstream(plan, last);
  const strange = operations.find(({ op }) => op === "crop" || op === "deconv" || op === "upsample" || op === "resize");
  if (strange)
    return fault(
      `\`${layer}\` comes after \`${strange.layer}\`, which does not move with the image by whole units`,
      "name a map before it, such as a score layer of stride 8, 16 or 32",
    );
  const inputs = plan.inputs.filter(({ name }) => operations.some((operation) => operation.name === name));
  const [input] = inputs;
  if (!input || inputs.length > 1) return fault(`\`${layer}\` comes from ${inputs.length} inputs`, "it must be one");
  if (typeof input.height === "number" || typeof input.width === "number")
    return fault(
      `${plan.net} takes images of one size, and moved ones are larger`,
      "leave the input's size open: `[H, W, 3]`",
    );
  const geometry = planGeometry({ ...plan, operations });
  const { y, x } = geometry.get(layer) ?? {};
  if (!y?.grid || !x?.grid) return fault(`\`${layer}\` lies nowhere on the image`, "name a map that has a stride");
  const strides = [y.grid.stride, x.grid.stride];
  const [down = 0, across = 0] = strides.map(toNumber);
  if (!strides.every((stride) => isInteger(stride)))
    return fault(`\`${layer}\` has a stride of ${strides.map(toString).join(" x ")}`, "it must be a whole number");
  if (Math.max(down, across) > STRIDE_LIMIT)
    return fault(
      `\`${layer}\` has a stride of ${Math.max(down, across)}, which takes ${down * across} runs`,
      `name a layer of a stride of at most ${STRIDE_LIMIT}, or \`rarefy\` strides in the spec`,
    );
  const origin = [y.grid.origin, x.grid.origin] as const;
  return { plan, layer, input, channels: last.channels, stride: [down, across], origin, operations, geometry };
}

/** The size of the dense map for an image, or why there is none. */
export function denseSize(stitch: Stitch, height: number, width: number): DenseSize | Fault {
  const [rows, columns] = [denseAxis(stitch, 0, height), denseAxis(stitch, 1, width)];
  if (typeof rows !== "number") return rows;
  return typeof columns === "number" ? { height: rows, width: columns } : columns;
}

function denseAxis(stitch: Stitch, axis: 0 | 1, pixels: number): number | Fault {
  const { layer, operations, geometry } = stitch;
  const stride = stitch.stride[axis];
  const filled = new Set<number>();
  for (let shift = 0; shift < stride; shift++) {
    const sizes = new Map(operations.map(({ name }) => [name, sizeAt(geometry, name, axis, pixels + shift)]));
    for (const { name, inputs, op } of operations) {
      if (shift === 0 && (sizes.get(name) ?? 0) < 1)
        return fault(`\`${name}\` would be empty on this picture`, "give a larger picture");
      if (op !== "input" && new Set(inputs.map((input) => sizes.get(input))).size > 1)
        return fault(
          `the maps that \`${name}\` takes would differ in size on a picture of ${pixels + shift} px`,
          "moved pictures are larger by up to the stride less one: pad the picture",
        );
    }
    for (let i = 0; i < (sizes.get(layer) ?? 0); i++) if (i * stride >= shift) filled.add(i * stride - shift);
  }
  const size = Math.max(...filled) + 1;
  if (filled.size !== size) return fault(`the runs would leave gaps in \`${layer}\``, "name an earlier layer");
  return size;
}

export function sizeAt(geometry: ReadonlyMap<string, NodeGeometry>, name: string, axis: 0 | 1, pixels: number): number {
  const own = geometry.get(name);
  const size = axis === 0 ? own?.y.size : own?.x.size;
  if (!size || symbolOf(size) === null) return size ? evaluate(size, 0) : 0;
  return evaluate(size, pixels);
}

/** The operations that a value comes from, in order, itself the last. */
function upstream(plan: Plan, last: Operation): readonly Operation[] {
  const wanted = new Set([last.name]);
  const found = plan.operations.toReversed().filter((operation) => {
    if (wanted.has(operation.name)) operation.inputs.forEach((name) => wanted.add(name));
    return wanted.has(operation.name);
  });
  return found.toReversed();
}

export function isFault<T extends object>(value: T | Fault): value is Fault {
  return "fault" in value;
}

function fault(text: string, ...help: readonly string[]): Fault {
  return { fault: text, help };
}
