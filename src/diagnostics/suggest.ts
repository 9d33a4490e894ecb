/** The nearest known word to a misspelt one, for "did you mean". */

/** Words longer than this are compared by nothing: no name is misspelt at such length. */
const LONGEST = 64;

/**
 * The candidate nearest to `word`, or null when none is near enough to be meant. Near is a third of the length of the
 * longer word, in single edits (a letter dropped, added, changed, or swapped with its neighbour); a word that differs
 * in case alone is always near. Of candidates equally near, the first wins.
 */
export function nearest(word: string, candidates: Iterable<string>): string | null {
  if (word.length === 0 || word.length > LONGEST) return null;
  const lower = word.toLowerCase();
  let best: string | null = null;
  let bestDistance = Infinity;
  for (const candidate of candidates) {
    if (candidate === word || candidate.length === 0 || candidate.length > LONGEST) continue;
    const limit = Math.min(bestDistance - 1, Math.max(1, Math.floor(Math.max(word.length, candidate.length) / 3)));
    const distance = distanceWithin(lower, candidate.toLowerCase(), limit);
    if (distance > limit || distance >= Math.max(word.length, candidate.length)) continue;
    best = candidate;
    bestDistance = distance;
  }
  return best;
}

/** The Damerau-Levenshtein distance (neighbours swap once), or `limit + 1` where it is greater. */
function distanceWithin(a: string, b: string, limit: number): number {
  const beyond = limit + 1;
  if (limit < 0 || Math.abs(a.length - b.length) > limit) return beyond;
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    let smallest = i;
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min(at(last, j) + 1, at(row, j - 1) + 1, at(last, j - 1) + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        cost = Math.min(cost, at(beforeLast, j - 2) + 1);
      }
      row.push(cost);
      smallest = Math.min(smallest, cost);
    }
    if (smallest > limit) return beyond;
    beforeLast = last;
    last = row;
  }
  return Math.min(at(last, b.length), beyond);
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Infinity;
}
