/** One size for the inputs of a net: what it makes of the size symbols, and whether the net works at it. */
import { contains, stretchAt, type SizeSet } from "../model/size-set.js";
import type { Plan, SizeSetDescription } from "../model/plan.js";
import type { InspectFault } from "./fault.js";

/** In pixels. */
export interface InputSize {
  readonly height: number;
  readonly width: number;
}

type Side = keyof InputSize;
const sides: readonly Side[] = ["height", "width"];

/** Far beyond it, a search for a size that works goes on in a set of more pieces than anyone reads. */
const STRETCHES_TO_SEARCH = 1000;

/** The size of a net whose inputs are all of one fixed size, or null where a side is open or they differ. */
export function fixedSize(plan: Plan): InputSize | null {
  const [first, ...others] = plan.inputs;
  if (!first || typeof first.height !== "number" || typeof first.width !== "number") return null;
  const { height, width } = first;
  return others.every((input) => input.height === height && input.width === width) ? { height, width } : null;
}

/**
 * What each size symbol stands for at a size: symbols of a height for the height, of a width for the width. A net whose
 * inputs all have a fixed height takes that height alone; beside an open input a fixed one keeps its own.
 */
export function bindSymbols(plan: Plan, size: InputSize): ReadonlyMap<string, number> | InspectFault {
  const values = new Map<string, number>();
  for (const side of sides) {
    const pixels = size[side];
    if (!Number.isSafeInteger(pixels) || pixels < 1) {
      return { fault: `a ${side} of ${pixels} is no number of pixels`, help: ["write it as `500x375`, height first"] };
    }
    const given = plan.inputs.map((input) => input[side]);
    const symbols = given.filter((value) => typeof value === "string");
    if (symbols.length === 0 && given.length > 0 && !given.includes(pixels)) {
      const fixed = [...new Set(given)].join(" and ");
      return { fault: `the ${side} of the input is fixed at ${fixed}, not ${pixels}`, help: ["leave the size out"] };
    }
    for (const symbol of symbols) {
      const before = values.get(symbol);
      if (before !== undefined && before !== pixels) {
        const fault = `${symbol} is both a height and a width of the input, so they must be equal, not ${size.height}x${size.width}`;
        return { fault, help: [`try ${size.height}x${size.height}`] };
      }
      values.set(symbol, pixels);
      const fault = outsideOf(plan.validFor[symbol], symbol, pixels);
      if (fault) return fault;
    }
  }
  return values;
}

/** What is wrong with a size that the net is proved not to work at. */
function outsideOf(valid: SizeSetDescription | undefined, symbol: string, pixels: number): InspectFault | null {
  if (!valid || valid.undecided !== null || contains(valid, pixels)) return null;
  const below = nearestMember(valid, pixels, -1);
  const above = nearestMember(valid, pixels, 1);
  const near = [below, above].filter((member) => member !== null);
  return {
    fault: `this net does not work at ${symbol} = ${pixels}`,
    help: [
      `it works for ${valid.text}`,
      ...(valid.smallest === null ? [] : [`the smallest ${symbol} is ${valid.smallest}`]),
      ...(near.length === 0 ? [] : [`the nearest ${near.length === 1 ? "is" : "are"} ${near.join(" and ")}`]),
    ],
  };
}

/** The next member of a set below or above a size that is none. */
function nearestMember(set: SizeSet, size: number, direction: -1 | 1): number | null {
  let at = size;
  for (let searched = 0; searched < STRETCHES_TO_SEARCH && at >= 1 && Number.isFinite(at); searched++) {
    const stretch = stretchAt(set, at);
    if (stretch.member) return at;
    at = direction < 0 ? stretch.first - 1 : stretch.last + 1;
  }
  return null;
}
