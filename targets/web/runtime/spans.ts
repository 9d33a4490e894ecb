import type { SizeSetDescription } from "../../../src/model/plan.js";

/** Of one axis: the pixels that a tile is run on, and those of its result that are kept. */
export interface Span {
  readonly start: number;
  readonly end: number;
  readonly from: number;
  readonly to: number;
}

export interface AxisTiling {
  readonly alignment: number;
  readonly before: number;
  readonly after: number;
}

/** The least that a tile must be longer than to get on. */
export function leastTile({ alignment, before, after }: AxisTiling): number {
  return before + after + 2 * alignment;
}

/**
 * Cuts an axis into tiles of at most `most` pixels (or the least that gets on) whose kept parts join without a gap.
 * Each begins at a multiple of the alignment, and keeps what lies at least `before` and `after` from sides at which the
 * picture goes on.
 *
 * @param isValid the lengths that the net takes; the picture's own is one
 */
export function spansOf(
  length: number,
  most: number,
  tiling: AxisTiling,
  isValid: (length: number) => boolean,
): Span[] | null {
  if (length <= most) return [{ start: 0, end: length, from: 0, to: length }];
  const { alignment, before, after } = tiling;
  const least = leastTile(tiling);
  let tile = Math.min(length, Math.max(most, least));
  while (tile > least && !isValid(tile)) tile--;
  if (!isValid(tile)) return null;
  const spans: Span[] = [];
  for (let from = 0; from < length;) {
    let start = Math.max(0, Math.floor((from - before) / alignment) * alignment);
    const end = Math.min(length, start + tile);
    // The last one takes what is left, and more where the net does not take as little.
    while (!isValid(end - start) && start > 0) start = Math.max(0, start - alignment);
    const to = end === length ? length : end - after;
    spans.push({ start, end, from, to });
    from = to;
  }
  return spans;
}

/** Whether a net is proved to work at a size. Sizes past a stated limit have no verdict, and count as such that work. */
export function isMember(set: SizeSetDescription, size: number): boolean {
  const within = (ranges: SizeSetDescription["sizes"], value: number) =>
    ranges.some(([first, last]) => value >= first && value <= last);
  if (size < set.start || set.undecided !== null)
    return within(set.sizes, size) || (set.undecided !== null && size >= set.start);
  return within(set.residues, size % set.period);
}

/** The smallest size from `size` on at which the net works, or null. */
export function nextMember(set: SizeSetDescription, size: number): number | null {
  const end = Math.max(size, set.start) + set.period;
  for (let at = size; at <= end; at++) if (isMember(set, at)) return at;
  return null;
}
