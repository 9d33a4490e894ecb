/**
 * Sets of input sizes: the sizes at which a map is empty, at which a net works, which an input admits. Each is an
 * eventually periodic set of whole numbers from 1 on, held as ranges, so that its cost is the number of its ranges and
 * not their length. The form is canonical: the smallest period, then the smallest start; equal sets have equal parts.
 */

import { alike, gaps, joined, stretchIn, type Range, type Stretch } from "./ranges.js";

/** Whole numbers from 1 to 2^53 - 1, as far as numbers are exact. */
export interface SizeSet {
  /** From here on the set repeats itself every `period`. */
  readonly start: number;
  /** The members below `start`: sorted, disjoint, not touching. */
  readonly sizes: readonly Range[];
  readonly period: number;
  /** Residues modulo `period` of the members from `start` on; an empty list where the set is finite. */
  readonly residues: readonly Range[];
}

/** Why there is no answer. Never a guess: what is not undecided is proved. */
export interface Undecided {
  readonly undecided: string;
}

export type Verdict = SizeSet | Undecided;

export type Comparison = "==" | "!=" | ">=" | "<=" | ">" | "<";

/** What is looked at to come to one verdict: this many stretches of a set, or this many sizes one by one. */
export const SIZE_LIMIT = 2 ** 20;

export const emptySet: SizeSet = { start: 1, sizes: [], period: 1, residues: [] };
export const allSizes: SizeSet = { start: 1, sizes: [], period: 1, residues: [[0, 0]] };

/** Every size from `first` to `last`, or without an end where `last` is null. */
export function rangeSet(first: number, last: number | null): SizeSet {
  const from = Math.max(1, first);
  if (from > Number.MAX_SAFE_INTEGER) return emptySet;
  if (last === null || last >= Number.MAX_SAFE_INTEGER) return from === 1 ? allSizes : { ...allSizes, start: from };
  return last < from ? emptySet : canonical(last + 1, 1, [[from, last]], []);
}

/** Every size that leaves one of the residues. */
export function residueSet(period: number, ...residues: readonly number[]): SizeSet {
  const sorted = [...new Set(residues.map((residue) => modulo(residue, period)))].sort((a, b) => a - b);
  return periodicSet(period, joined(sorted.map((residue) => [residue, residue])));
}

/** Every size with a residue in the (sorted) ranges. */
export function periodicSet(period: number, residues: readonly Range[]): SizeSet {
  return canonical(1, period, [], residues);
}

/** The given ranges of sizes (sorted); from `start` on (all ranges end below `start + period`) with that period. */
export function setOfRanges(start: number, period: number, ranges: readonly Range[]): SizeSet {
  const sizes: Range[] = [];
  const residues: Range[] = [];
  for (const [first, last] of ranges) {
    if (first < start) sizes.push([first, Math.min(last, start - 1)]);
    if (last >= start) residues.push(...wrapped(Math.max(first, start), last, period));
  }
  return canonical(start, period, joined(sizes), joined(residues.sort((a, b) => a[0] - b[0])));
}

/** The sizes for which `H mod modulus` (or H itself, where it is null) compares so with the value. */
export function conditionSet(modulus: number | null, operator: Comparison, value: number): SizeSet {
  if (modulus !== null && !(Number.isSafeInteger(modulus) && modulus > 0)) throw new RangeError(`modulus ${modulus}`);
  switch (operator) {
    case "!=":
      return complement(conditionSet(modulus, "==", value));
    case "<":
      return complement(conditionSet(modulus, ">=", value));
    case ">":
      return complement(conditionSet(modulus, "<=", value));
    case "==":
      if (!Number.isSafeInteger(value)) return emptySet;
      return modulus === null ? rangeSet(value, value) : withResidues(modulus, value, value);
    case ">=":
      return modulus === null ? rangeSet(Math.ceil(value), null) : withResidues(modulus, Math.ceil(value), modulus - 1);
    case "<=":
      return modulus === null ? rangeSet(1, Math.floor(value)) : withResidues(modulus, 0, Math.floor(value));
  }
}

function withResidues(modulus: number, first: number, last: number): SizeSet {
  const from = Math.max(first, 0);
  const to = Math.min(last, modulus - 1);
  return from <= to ? periodicSet(modulus, [[from, to]]) : emptySet;
}

export function isUndecided(verdict: object): verdict is Undecided {
  return "undecided" in verdict;
}

export function isEmpty(set: SizeSet): boolean {
  return set.sizes.length === 0 && set.residues.length === 0;
}

export function isFinite(set: SizeSet): boolean {
  return set.residues.length === 0;
}

export function equals(a: SizeSet, b: SizeSet): boolean {
  if (a === b) return true;
  return a.start === b.start && a.period === b.period && alike(a.sizes, b.sizes) && alike(a.residues, b.residues);
}

export function contains(set: SizeSet, size: number): boolean {
  return size >= 1 && stretchAt(set, size).member;
}

export function smallest(set: SizeSet): number | null {
  if (isEmpty(set)) return null;
  let size = 1;
  for (let at = stretchAt(set, size); !at.member; at = stretchAt(set, size)) size = at.last + 1;
  return size;
}

export function complement(set: SizeSet): SizeSet;
export function complement(verdict: Verdict): Verdict;
export function complement(verdict: Verdict): Verdict {
  if (isUndecided(verdict)) return verdict;
  const { start, sizes, period, residues } = verdict;
  return { start, sizes: gaps(sizes, 1, start - 1), period, residues: gaps(residues, 0, period - 1) };
}

export function union(a: Verdict, b: Verdict): Verdict {
  if (a === b || isAll(a) || isNone(b)) return a;
  if (isAll(b) || isNone(a)) return b;
  return combined(a, b, (inA, inB) => inA || inB);
}

export function intersect(a: Verdict, b: Verdict): Verdict {
  if (a === b || isNone(a) || isAll(b)) return a;
  if (isNone(b) || isAll(a)) return b;
  return combined(a, b, (inA, inB) => inA && inB);
}

/** Two by two, so that ten thousand small sets do not each walk through the sum of all before them. */
export function unionAll(verdicts: Iterable<Verdict>): Verdict {
  let sets = [...new Set(verdicts)];
  while (sets.length > 1) {
    const halved: Verdict[] = [];
    for (let i = 0; i < sets.length; i += 2) halved.push(union(sets[i] ?? emptySet, sets[i + 1] ?? emptySet));
    sets = halved;
  }
  return sets[0] ?? emptySet;
}

function isAll(verdict: Verdict): boolean {
  return !isUndecided(verdict) && equals(verdict, allSizes);
}

function isNone(verdict: Verdict): boolean {
  return !isUndecided(verdict) && isEmpty(verdict);
}

/** Goes through the start-up of both and one common period, from stretch to stretch. */
function combined(a: Verdict, b: Verdict, decide: (inA: boolean, inB: boolean) => boolean): Verdict {
  if (isUndecided(a)) return a;
  if (isUndecided(b)) return b;
  if (equals(a, b)) return a;
  const start = Math.max(a.start, b.start);
  const period = a.period * (b.period / greatestCommonDivisor(a.period, b.period));
  const end = start + period - 1;
  if (!Number.isSafeInteger(period) || !Number.isSafeInteger(end)) return { undecided: `a period of ${period} sizes` };
  const ranges: [number, number][] = [];
  let steps = 0;
  for (let size = 1; size <= end;) {
    const inA = stretchAt(a, size);
    const inB = stretchAt(b, size);
    const member = decide(inA.member, inB.member);
    // Where one of the two settles it, its stretch counts, however often the other changes within.
    let last = Math.min(inA.last, inB.last);
    if (member === decide(inA.member, !inB.member)) last = Math.max(last, inA.last);
    if (member === decide(!inA.member, inB.member)) last = Math.max(last, inB.last);
    last = Math.min(last, end);
    const before = ranges.at(-1);
    if (member && before?.[1] === size - 1) before[1] = last;
    else if (member) ranges.push([size, last]);
    if (++steps > SIZE_LIMIT) return { undecided: `a set of more than ${SIZE_LIMIT} ranges` };
    size = last + 1;
  }
  return setOfRanges(start, period, ranges);
}

/** Sizes around this one, all in the set or all out of it; not always as many as there are. */
export function stretchAt({ start, sizes, period, residues }: SizeSet, size: number): Stretch {
  if (size < start) {
    const { member, first, last } = stretchIn(sizes, size);
    return { member, first: Math.max(first, 1), last: Math.min(last, start - 1) };
  }
  if (period === 1) return { member: residues.length > 0, first: start, last: Infinity };
  const residue = size % period;
  const base = size - residue;
  const { member, first, last } = stretchIn(residues, residue);
  return { member, first: Math.max(base + Math.max(first, 0), start), last: base + Math.min(last, period - 1) };
}

function canonical(start: number, period: number, sizes: readonly Range[], residues: readonly Range[]): SizeSet {
  const repeating = { start: 1, sizes: [], ...smallestPeriod(period, residues) };
  let from = start;
  while (from > 1) {
    const given = stretchIn(sizes, from - 1);
    const repeated = stretchAt(repeating, from - 1);
    if (given.member !== repeated.member) break;
    from = Math.max(given.first, repeated.first, 1);
  }
  const kept = sizes.filter(([first]) => first < from).map(([first, last]): Range => [first, Math.min(last, from - 1)]);
  return { ...repeating, start: from, sizes: kept };
}

function smallestPeriod(period: number, residues: readonly Range[]): Pick<SizeSet, "period" | "residues"> {
  const [head] = residues;
  const tail = residues.at(-1);
  if (!head || !tail) return emptySet;
  if (head[1] - head[0] === period - 1) return allSizes;
  // Around the circle of residues the last range may go on into the first.
  let circle = residues;
  if (head[0] === 0 && tail[1] === period - 1) {
    circle = [...residues.slice(1, -1), [tail[0], period + head[1]]];
  }
  let shortest = period;
  // A shift that keeps the set permutes its ranges: only divisors of their number can divide the period.
  for (const prime of primesOf(greatestCommonDivisor(circle.length, period))) {
    while (circle.length % prime === 0 && shortest % prime === 0) {
      const shift = shortest / prime;
      const count = circle.length / prime;
      const keeps = circle.every(([first, last], i) => {
        const next = circle[i + count];
        return !next || (next[0] === first + shift && next[1] === last + shift);
      });
      if (!keeps) break;
      shortest = shift;
      circle = circle.slice(0, count);
    }
  }
  if (shortest === period) return { period, residues };
  const parts = circle.flatMap(([first, last]) => wrapped(first, last, shortest));
  return { period: shortest, residues: joined(parts.sort((a, b) => a[0] - b[0])) };
}

/** The residues of a range of sizes that is no longer than the period. */
function wrapped(first: number, last: number, period: number): Range[] {
  const from = modulo(first, period);
  const to = from + last - first;
  if (to < period) return [[from, to]];
  const onward: Range = [from, period - 1];
  return [[0, to - period], onward];
}

function primesOf(value: number): number[] {
  const primes: number[] = [];
  let rest = value;
  for (let factor = 2; factor * factor <= rest; factor++) {
    if (rest % factor === 0) primes.push(factor);
    while (rest % factor === 0) rest /= factor;
  }
  return rest > 1 ? [...primes, rest] : primes;
}

function modulo(value: number, period: number): number {
  return ((value % period) + period) % period;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
