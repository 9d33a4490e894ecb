/** Sets of sizes in words: closed forms for messages, and the description that a plan holds. */
import type { SizeSetDescription } from "./plan.js";
import { joined, type Range } from "./ranges.js";
import {
  complement,
  intersect,
  isEmpty,
  isFinite,
  isUndecided,
  periodicSet,
  rangeSet,
  smallest,
  stretchAt,
  type SizeSet,
  type Verdict,
} from "./size-set.js";

/** A text for people names so many ranges and counts the others. */
const MOST_RANGES = 12;

/** What a plan says of a set: its parts and `validText`. */
export function describe(verdict: Verdict, symbol: string): SizeSetDescription {
  if (isUndecided(verdict)) {
    const { undecided } = verdict;
    return { text: "undecided", undecided, smallest: null, start: 1, sizes: [], period: 1, residues: [] };
  }
  const { start, sizes, period, residues } = verdict;
  const text = validText(verdict, symbol);
  return { text, undecided: null, smallest: smallest(verdict), start, sizes, period, residues };
}

/**
 * Sizes at which something fails, one form after the other: `H in 1..25 and H mod 32 in 14..25`, `H in 1..32`,
 * `H = 5`, `every H >= 33`. Where the residues fail from some size on only: `H >= 40 with H mod 32 in 14..25`.
 */
export function failingText(set: SizeSet, symbol: string): string {
  return isEmpty(set) ? `no ${symbol}` : parts(set, symbol, 1).join(" and ");
}

/**
 * Sizes at which something works, as they are or by what they leave out, whichever is shorter: `every H >= 33`,
 * `H >= 26 except H mod 32 in 14..25`, `H mod 32 = 0`.
 */
export function validText(set: SizeSet, symbol: string): string {
  const first = smallest(set);
  if (first === null) return `no ${symbol}`;
  const direct = parts(set, symbol, 1).join(" or ");
  if (isFinite(set)) return direct;
  const holes = intersect(complement(set), rangeSet(first, null));
  if (isUndecided(holes)) return direct;
  if (isEmpty(holes)) return `every ${symbol} >= ${first}`;
  const except = `${symbol} >= ${first} except ${parts(holes, symbol, first).join(" and ")}`;
  return except.length <= direct.length ? except : direct;
}

/**
 * For which sizes a net works, side by side: `every H, W >= 33`, or `every H >= 33 and W mod 2 = 0`. Sides that are
 * undecided say nothing.
 */
export function validForText(validFor: ReadonlyMap<string, Verdict>): string {
  const texts = [...validFor].flatMap(([symbol, sizes]) => (isUndecided(sizes) ? [] : [[symbol, sizes] as const]));
  const [first] = texts;
  const shared = first && validText(first[1], sides(validFor));
  if (shared?.startsWith("every ") && texts.every(([, sizes]) => validText(sizes, sides(validFor)) === shared))
    return shared;
  return texts.map(([symbol, sizes]) => validText(sizes, symbol)).join(" and ");
}

function sides(validFor: ReadonlyMap<string, Verdict>): string {
  return [...validFor.keys()].join(", ");
}

/** The set, which has nothing below `from`, as statements about sizes from there on. */
function parts(set: SizeSet, symbol: string, from: number): string[] {
  const { start, sizes, period, residues } = set;
  if (residues.length === 0) return [equation(symbol, sizes)];
  if (period === 1) {
    const endless = `every ${symbol} >= ${start}`;
    return sizes.length === 0 ? [endless] : [equation(symbol, sizes), endless];
  }
  // The residues speak for all sizes from `holding` on: above the last one that has such a residue and is no member.
  const repeating = periodicSet(period, residues);
  const wrong = intersect(intersect(repeating, complement(set)), rangeSet(from, start - 1));
  const holding = isUndecided(wrong) ? start : (wrong.sizes.at(-1)?.[1] ?? from - 1) + 1;
  const spoken = intersect(repeating, rangeSet(holding, null));
  const others = isUndecided(spoken) ? set : intersect(set, complement(spoken));
  const texts: string[] = [];
  const left = isUndecided(others) ? sizes : others.sizes;
  if (left.length > 0) texts.push(equation(symbol, joined(left.map((range) => wholeRun(set, range)))));
  const statement = equation(`${symbol} mod ${period}`, residues);
  if (holding === from) return [...texts, statement];
  const beginning = isUndecided(spoken) ? holding : (smallest(spoken) ?? holding);
  return [...texts, `${symbol} >= ${beginning} with ${statement}`];
}

/** A range that goes on in what the residues say is named whole. */
function wholeRun(set: SizeSet, [first, last]: Range): Range {
  let [from, to] = [first, last];
  for (let at = stretchAt(set, to); at.member; at = stretchAt(set, to + 1)) to = at.last;
  for (let at = stretchAt(set, from); at.member; at = stretchAt(set, from - 1)) {
    from = at.first;
    if (from === 1) break;
  }
  return [from, to];
}

function equation(subject: string, ranges: readonly Range[]): string {
  const [only] = ranges;
  if (only && ranges.length === 1 && only[0] === only[1]) return `${subject} = ${only[0]}`;
  const named = ranges
    .slice(0, MOST_RANGES)
    .map(([first, last]) => (first === last ? `${first}` : `${first}..${last}`));
  const more = ranges.length - named.length;
  return `${subject} in ${named.join(", ")}${more > 0 ? ` and ${more} more ranges` : ""}`;
}
