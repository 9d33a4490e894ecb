/** Smoothing of a noisy curve. */

export interface Point {
  readonly x: number;
  readonly y: number;
}

/**
 * The mean of all points so far, weighted by how far x went with them and less by e for each `range` that lies behind:
 * what is known at that moment, without looking ahead. Points are in the order of x.
 */
export function smoothed(points: readonly Point[], range: number): Point[] {
  let sum = 0;
  let weight = 0;
  let before = 0;
  return points.map(({ x, y }) => {
    const step = Math.max(x - before, 0) || 1;
    const kept = Math.exp(-step / range);
    sum = kept * sum + step * y;
    weight = kept * weight + step;
    before = x;
    return { x, y: sum / weight };
  });
}

/**
 * At most four points for each column of a plot: the first, the lowest, the highest and the last. A line through them
 * covers the same pixels as one through all.
 *
 * @param width of a column, in units of x
 */
export function thinned(points: readonly Point[], width: number): Point[] {
  const kept: Point[] = [];
  for (let at = 0; at < points.length;) {
    const first = points[at]!;
    const column = Math.floor(first.x / width);
    let low = first;
    let high = first;
    let last = first;
    for (; at < points.length && Math.floor(points[at]!.x / width) === column; at += 1) {
      last = points[at]!;
      if (last.y < low.y) low = last;
      if (last.y > high.y) high = last;
    }
    kept.push(...[...new Set([first, low, high, last])].sort((a, b) => a.x - b.x));
  }
  return kept;
}
