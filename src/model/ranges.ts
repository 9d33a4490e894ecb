/** Whole numbers as ranges: sorted, disjoint, not touching. A set costs what its ranges are in number. */

/** From first to last, both included. */
export type Range = readonly [first: number, last: number];

/** Numbers side by side, all in a set or all out of it. */
export interface Stretch {
  readonly member: boolean;
  readonly first: number;
  readonly last: number;
}

/** The stretch around a value; infinite where no range bounds it. */
export function stretchIn(ranges: readonly Range[], value: number): Stretch {
  let low = 0;
  let high = ranges.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ranges[middle]?.[0] ?? 0) <= value) low = middle + 1;
    else high = middle;
  }
  const before = ranges[low - 1];
  if (before && before[1] >= value) return { member: true, first: before[0], last: before[1] };
  return { member: false, first: before ? before[1] + 1 : -Infinity, last: (ranges[low]?.[0] ?? Infinity) - 1 };
}

/** Sorted ranges, with those in one that touch. */
export function joined(ranges: readonly Range[]): Range[] {
  const result: [number, number][] = [];
  for (const [first, last] of ranges) {
    const before = result.at(-1);
    if (before && first <= before[1] + 1) before[1] = Math.max(before[1], last);
    else result.push([first, last]);
  }
  return result;
}

/** What the ranges leave out of first..last. */
export function gaps(ranges: readonly Range[], first: number, last: number): Range[] {
  const result: Range[] = [];
  let from = first;
  for (const range of ranges) {
    if (range[0] > from) result.push([from, range[0] - 1]);
    from = range[1] + 1;
  }
  if (from <= last) result.push([from, last]);
  return result;
}

export function alike(a: readonly Range[], b: readonly Range[]): boolean {
  return a.length === b.length && a.every(([first, last], i) => first === b[i]?.[0] && last === b[i]?.[1]);
}
