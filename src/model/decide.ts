/**
 * Verdicts about all input sizes: where a map is empty, where two maps disagree, where a crop does not fit. Each is the
 * exact set of sizes, or undecided past SIZE_LIMIT; nothing is sampled.
 *
 * Emptiness is a threshold, as sizes are monotone. The other two ask where the difference D = a - b of two sizes lies
 * below a bound. They are answered in terms of y, the last size that both depend on (often the map where a skip
 * branches off), and then brought back to the input: y is monotone and periodic itself. Each side is a line and a
 * bounded rest, s y + l <= f(y) <= s y + u, from its steps. So
 *
 * - where the slopes differ, D has left the bound behind on either side outside a stretch that the lines give, and
 *   only that stretch is looked at: it may start past 10,000, and the period plays no part;
 * - where they are equal, D is periodic, D(y + P) = D(y), and one period is looked at, unless the rests are small
 *   enough to settle it.
 */
import { ceilDivide, floorDivide, gcd } from "./rational.js";
import type { Range } from "./ranges.js";
import {
  evaluateExactly,
  floorStep,
  periodAfter,
  periodOf,
  sameSize,
  sameStep,
  smallestReaching,
  stepsOf,
  type Period,
  type Size,
  type Step,
  type VariableSize,
} from "./size.js";
import {
  allSizes,
  complement,
  contains,
  emptySet,
  isEmpty,
  isFinite,
  isUndecided,
  rangeSet,
  setOfRanges,
  SIZE_LIMIT,
  union,
  type SizeSet,
  type Undecided,
  type Verdict,
} from "./size-set.js";

export { SIZE_LIMIT, isUndecided, type Undecided, type Verdict } from "./size-set.js";

/** Sizes of different inputs cannot be compared: for some sizes of the inputs they differ by any amount. */
export interface DifferentSymbols {
  readonly differentSymbols: readonly [string, string];
}

export type Decision = Verdict | DifferentSymbols;

/** Steps taken in one table, at most, as chains may be thousands of steps deep. */
const STEP_LIMIT = 64 * SIZE_LIMIT;

/** Up to here `Math.floor(x / c)` is exact: x / c then lies further from the next whole number than it is rounded. */
const EXACT = 2n ** 52n;

/** The input sizes at which the size is below 1. */
export function sizesWhereEmpty(size: Size): SizeSet {
  if (size.kind === "constant") return size.value < 1n ? allSizes : emptySet;
  if (evaluateExactly(size, 1n) >= 1n) return emptySet;
  return rangeSet(1, Number(smallestReaching(size, 1n) - 1n));
}

/** The input sizes at which the two are not the same. */
export function sizesWhereUnequal(a: Size, b: Size): Decision {
  const below = sizesWhereBelow(a, b, 0n);
  const notAbove = sizesWhereBelow(a, b, 1n);
  if ("differentSymbols" in below) return below;
  if ("differentSymbols" in notAbove) return notAbove;
  return union(below, complement(notAbove));
}

/** The input sizes at which a crop of `part` units from `offset` on ends past `whole`. */
export function sizesWhereCropMisfits(whole: Size, offset: number, part: Size): Decision {
  return sizesWhereBelow(whole, part, BigInt(offset));
}

/** The input sizes at which a - b < bound. */
function sizesWhereBelow(a: Size, b: Size, bound: bigint): Decision {
  if (a.kind === "constant") {
    if (b.kind === "constant") return a.value - b.value < bound ? allSizes : emptySet;
    return rangeSet(Number(smallestReaching(b, a.value - bound + 1n)), null);
  }
  if (b.kind === "constant") return rangeSet(1, Number(smallestReaching(a, b.value + bound) - 1n));
  if (a.symbol !== b.symbol) return { differentSymbols: [a.symbol, b.symbol] };
  if (sameSize(a, b)) return 0n < bound ? allSizes : emptySet;
  const { source, upA, upB } = branches(a, b);
  // Counted from its value at input size 1, the source runs through whole numbers from 1 on.
  const first = evaluateExactly(source, 1n);
  const shift: Step = { multiply: 1n, add: first - 1n, divide: 1n };
  const verdict = whereBelow([shift, ...upA], [shift, ...upB], bound);
  return isUndecided(verdict) || source.kind === "symbol" ? verdict : broughtBack(verdict, source, first);
}

interface Branches {
  readonly source: VariableSize;
  readonly upA: readonly Step[];
  readonly upB: readonly Step[];
}

/** The last size that both depend on, and the steps from there to each. */
function branches(a: VariableSize, b: VariableSize): Branches {
  let [left, right] = [a, b];
  while (left !== right && (left.kind === "step" || right.kind === "step")) {
    const [leftDepth, rightDepth] = [left.depth, right.depth];
    if (left.kind === "step" && leftDepth >= rightDepth) left = left.source;
    if (right.kind === "step" && rightDepth >= leftDepth) right = right.source;
  }
  let source = left;
  let upA: readonly Step[] = stepsOf(a, left);
  let upB: readonly Step[] = stepsOf(b, right);
  // Sizes that grew from two mentions of one symbol share steps without sharing objects.
  for (;;) {
    const [stepA, stepB] = [upA[0], upB[0]];
    if (!stepA || !stepB || stepA.multiply !== stepB.multiply) return { source, upA, upB };
    // floor((a x + b) / (g u)) = floor(floor((a x + b) / g) / u), and likewise for the other where b differs by a
    // multiple of g: dividing by g is common to both. Pools upon one another have been merged; this takes them apart.
    const apart = stepA.add - stepB.add;
    const divide = gcd(gcd(stepA.divide, stepB.divide), apart);
    if (divide === 1n && !sameStep(stepA, stepB)) return { source, upA, upB };
    source = floorStep(source, stepA.multiply, stepB.add, divide);
    upA = remaining(upA, stepA.divide / divide, apart / divide);
    upB = remaining(upB, stepB.divide / divide, 0n);
  }
}

function remaining([, ...others]: readonly Step[], divide: bigint, add: bigint): readonly Step[] {
  return divide === 1n && add === 0n ? others : [{ multiply: 1n, add, divide }, ...others];
}

/** f with slope * n + low <= scale * f(n) <= slope * n + high for every integer n. */
interface Bounds {
  readonly scale: bigint;
  readonly slope: bigint;
  readonly low: bigint;
  readonly high: bigint;
}

function boundsOf(steps: readonly Step[]): Bounds {
  let [scale, slope, low, high] = [1n, 1n, 0n, 0n];
  for (const { multiply, add, divide } of steps) {
    // (a m + b - (c - 1)) / c <= floor((a m + b) / c) <= (a m + b) / c
    low = multiply * low + (add - divide + 1n) * scale;
    high = multiply * high + add * scale;
    slope *= multiply;
    scale *= divide;
  }
  return { scale, slope, low, high };
}

/** The n >= 1 at which upA(n) - upB(n) < bound, for chains of steps upon n. */
function whereBelow(upA: readonly Step[], upB: readonly Step[], bound: bigint): Verdict {
  const a = boundsOf(upA);
  const b = boundsOf(upB);
  // scale * D(n) is a multiple of scale between slope * n + (the one low - the other high) and slope * n + high. So D is
  // below the bound where slope * n + high < limit, and, being whole, it is not where slope * n + low >= limit.
  const scale = a.scale * b.scale;
  const slope = a.slope * b.scale - b.slope * a.scale;
  const low = a.low * b.scale - b.high * a.scale + scale - 1n;
  const high = a.high * b.scale - b.low * a.scale;
  const limit = bound * scale;
  if (slope === 0n) {
    if (high < limit) return allSizes;
    if (low >= limit) return emptySet;
    const period = leastCommonMultiple(periodAlong(upA), periodAlong(upB));
    const ranges = rangesBelow(upA, upB, bound, 1n, period);
    return isUndecided(ranges) ? ranges : setOfRanges(1, Number(period), ranges);
  }
  // Rising, D is below up to one size and no longer from another; falling, the other way round. In between: look.
  const rising = slope > 0n;
  const from = atLeastOne(rising ? ceilDivide(limit - high, slope) : floorDivide(low - limit, -slope) + 1n);
  const to = atLeastOne(rising ? ceilDivide(limit - low, slope) : floorDivide(high - limit, -slope) + 1n);
  if (to > EXACT) return { undecided: "a difference that settles past 2^52 only" };
  const ranges = rangesBelow(upA, upB, bound, from, to - 1n);
  if (isUndecided(ranges)) return ranges;
  const settled: Range = rising ? [1, Number(from) - 1] : [Number(to), Number(to)];
  return setOfRanges(Number(to), 1, rising ? (from > 1n ? [settled, ...ranges] : ranges) : [...ranges, settled]);
}

/** Looks at every n from `from` to `to`. */
function rangesBelow(
  upA: readonly Step[],
  upB: readonly Step[],
  bound: bigint,
  from: bigint,
  to: bigint,
): Range[] | Undecided {
  if (to < from) return [];
  const a = tabulator(upA, from, to, upA.length + upB.length);
  const b = tabulator(upB, from, to, upA.length + upB.length);
  if (typeof a === "object") return a;
  if (typeof b === "object") return b;
  const limit = Number(bound);
  return rangesWhere(Number(from), Number(to), (n) => a(n) - b(n) < limit);
}

/** The chain in plain numbers, exact for n in from..to, or why there is none. */
function tabulator(
  steps: readonly Step[],
  from: bigint,
  to: bigint,
  work: number,
): ((n: number) => number) | Undecided {
  const count = to - from + 1n;
  if (count > SIZE_LIMIT) return { undecided: `${inWords(count)} sizes to look at, more than ${SIZE_LIMIT}` };
  if (Number(count) * work > STEP_LIMIT) return { undecided: `${count} sizes to look at through ${work} layers` };
  // Steps are monotone: what is exact at both ends is so between them.
  for (const end of [from, to]) {
    let value = end;
    for (const { multiply, add, divide } of steps) {
      const sum = multiply * value + add;
      if (multiply > EXACT || divide > EXACT || isLarge(add) || isLarge(sum)) return { undecided: "sizes past 2^52" };
      value = floorDivide(sum, divide);
    }
  }
  const numbers = steps.flatMap(({ multiply, add, divide }) => [Number(multiply), Number(add), Number(divide)]);
  const flat = Float64Array.from(numbers);
  return (n) => {
    let value = n;
    for (let i = 0; i < flat.length; i += 3) {
      value = Math.floor(((flat[i] as number) * value + (flat[i + 1] as number)) / (flat[i + 2] as number));
    }
    return value;
  };
}

function rangesWhere(from: number, to: number, holds: (n: number) => boolean): Range[] {
  const ranges: Range[] = [];
  let first: number | null = null;
  for (let n = from; n <= to; n++) {
    if (holds(n)) first ??= n;
    else if (first !== null) {
      ranges.push([first, n - 1]);
      first = null;
    }
  }
  if (first !== null) ranges.push([first, to]);
  return ranges;
}

/** The input sizes n at which the source, counted so that its value `first` is 1, lies in the set. */
function broughtBack(set: SizeSet, source: VariableSize, first: bigint): Verdict {
  if (isEmpty(set)) return emptySet;
  const reaching = (value: number): bigint => atLeastOne(smallestReaching(source, BigInt(value) + first - 1n));
  const ranges: Range[] = [];
  for (const [from, to] of set.sizes) {
    const [first, last] = [reaching(from), reaching(to + 1) - 1n];
    if (first <= last && last <= EXACT) ranges.push([Number(first), Number(last)]);
    else if (first <= last) return { undecided: "sizes past 2^52" };
  }
  const start = reaching(set.start);
  if (start > EXACT) return { undecided: "sizes past 2^52" };
  if (set.period === 1) {
    const onward: Range[] = isFinite(set) ? [] : [[Number(start), Number(start)]];
    return setOfRanges(Number(start), 1, [...ranges, ...onward]);
  }
  const { period, increment }: Period = periodOf(source);
  const common = period * (BigInt(set.period) / gcd(BigInt(set.period), increment));
  const end = start + common - 1n;
  const steps = stepsOf(source);
  const value = tabulator([...steps, { multiply: 1n, add: 1n - first, divide: 1n }], start, end, steps.length + 1);
  if (typeof value === "object") return value;
  const repeating = rangesWhere(Number(start), Number(end), (n) => contains(set, value(n)));
  return setOfRanges(Number(start), Number(common), [...ranges, ...repeating]);
}

function periodAlong(steps: readonly Step[]): bigint {
  return steps.reduce<Period>(periodAfter, { period: 1n, increment: 1n }).period;
}

function leastCommonMultiple(a: bigint, b: bigint): bigint {
  return a * (b / gcd(a, b));
}

function atLeastOne(value: bigint): bigint {
  return value > 1n ? value : 1n;
}

function isLarge(value: bigint): boolean {
  return value > EXACT || value < -EXACT;
}

function inWords(count: bigint): string {
  const digits = count.toString();
  return digits.length > 15 ? `some 10^${digits.length - 1}` : digits;
}
