/** The size at which a net is tried: small, so that a large net takes seconds, and with some hundred scores to compare. */
import { totalOf, workOf } from "../inspect/cost.js";
import { measure } from "../inspect/measure.js";
import type { Plan, SizeSetDescription } from "../model/plan.js";
import { planGeometry } from "../model/plan-geometry.js";
import { stretchAt } from "../model/size-set.js";

export interface TrialSize {
  /** [height, width] by input. */
  readonly inputs: ReadonlyMap<string, readonly [number, number]>;
  /** Multiply-accumulates of one run. */
  readonly work: bigint;
}

/** Rows and columns, smallest first. They differ, so that a graph that mistakes one for the other is found. */
const SIZES = [16, 32, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1024].map((side) => [side, (side * 5) / 4] as const);
const PIXELS = 256;
/** Where larger sizes cost more than this, fewer pixels will do. */
const WORK = 150_000_000_000n;
/** Sizes that are asked for before a set is taken for one without large members. */
const STRETCHES = 1000;

/** The first size at which every output has some hundred pixels, or null where none of those looked at works. */
export function trialSize(plan: Plan): TrialSize | null {
  const geometry = planGeometry(plan);
  const tensors = new Map(plan.tensors.map((tensor) => [tensor.name, tensor]));
  const terms = plan.operations
    .map((operation) => workOf(operation, geometry, tensors))
    .filter((term) => term !== null);
  let best: TrialSize | null = null;
  for (const [height, width] of SIZES) {
    const symbols = symbolsAt(plan, height, width);
    if (symbols === null) continue;
    const extents = measure(plan, geometry, symbols);
    if ("fault" in extents) continue;
    const work = totalOf(terms, extents);
    if (best !== null && work > WORK) break;
    const side = (extent: string | number): number =>
      typeof extent === "number" ? extent : (symbols.get(extent) ?? 0);
    best = { inputs: new Map(plan.inputs.map((one) => [one.name, [side(one.height), side(one.width)]])), work };
    const areas = plan.outputs.map(({ value }) =>
      (extents.get(value) ?? [0, 0]).reduce((area, size) => area * size, 1),
    );
    if (Math.min(...areas) >= PIXELS || symbols.size === 0) break;
  }
  return best;
}

/** Each size symbol as the first valid size from the wanted one on. */
function symbolsAt(plan: Plan, height: number, width: number): ReadonlyMap<string, number> | null {
  const symbols = new Map<string, number>();
  for (const input of plan.inputs)
    for (const [symbol, wanted] of [
      [input.height, height],
      [input.width, width],
    ] as const) {
      if (typeof symbol !== "string" || symbols.has(symbol)) continue;
      const size = memberFrom(plan.validFor[symbol], wanted);
      if (size === null) return null;
      symbols.set(symbol, size);
    }
  return symbols;
}

function memberFrom(set: SizeSetDescription | undefined, wanted: number): number | null {
  if (set === undefined || set.undecided !== null) return wanted;
  let at = wanted;
  for (let searched = 0; searched < STRETCHES && Number.isFinite(at); searched++) {
    const stretch = stretchAt(set, at);
    if (stretch.member) return at;
    at = stretch.last + 1;
  }
  return null;
}
