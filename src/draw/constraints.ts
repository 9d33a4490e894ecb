/**
 * Places on a line from least distances: `add(a, b, d)` demands x[b] - x[a] >= d. Of all solutions the middle one of the
 * leftmost and the rightmost is taken, which keeps every distance and every equality.
 */
export class Places {
  readonly #constraints: (readonly [number, number, number])[] = [];
  #count = 0;

  variable(): number {
    return this.#count++;
  }

  add(a: number, b: number, distance: number): void {
    this.#constraints.push([a, b, distance]);
  }

  /** Adds demands, all or none; false where they contradict the ones before. */
  try(demands: readonly (readonly [number, number, number])[]): boolean {
    const before = this.#constraints.length;
    this.#constraints.push(...demands);
    if (this.#least(1)) return true;
    this.#constraints.length = before;
    return false;
  }

  /** Keeps x[b] - x[a] at exactly the distance, if that can be. */
  tryFix(a: number, b: number, distance: number): boolean {
    return this.try([
      [a, b, distance],
      [b, a, -distance],
    ]);
  }

  solve(): number[] {
    const left = this.#least(1);
    const right = this.#least(-1);
    if (!left || !right) throw new Error("the demands on a picture contradict one another");
    const shift = Math.max(0, ...left.map((x, i) => x + (right[i] ?? 0)));
    return left.map((x, i) => (x + shift - (right[i] ?? 0)) / 2);
  }

  /** The least places at or right of 0; with direction -1, the same seen from the right. Null where there are none. */
  #least(direction: 1 | -1): number[] | null {
    const places = Array.from({ length: this.#count }, () => 0);
    for (let round = 0; round <= this.#count; round++) {
      let moved = false;
      for (const [a, b, distance] of this.#constraints) {
        const [from, to] = direction === 1 ? [a, b] : [b, a];
        const demanded = (places[from] ?? 0) + distance;
        if ((places[to] ?? 0) >= demanded - 1e-6) continue;
        places[to] = demanded;
        moved = true;
      }
      if (!moved) return places;
    }
    return null;
  }
}
