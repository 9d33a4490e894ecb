import { elementsOf } from "./stored.js";

/** A block of a dataset, which the library reads at once. */
export interface Slab {
  readonly offset: readonly number[];
  readonly count: readonly number[];
}

/** Elements `start` to `start + count` in the order of a shape, as blocks of it. */
export function* slabs(
  shape: readonly number[],
  start: number,
  count: number,
  before: readonly number[] = [],
): Generator<Slab> {
  const ones = before.map(() => 1);
  if (shape.length === 0) {
    yield { offset: before, count: ones };
    return;
  }
  const rest = shape.slice(1);
  const row = elementsOf(rest);
  for (let at = start; at < start + count;) {
    const index = Math.floor(at / row);
    const within = at - index * row;
    const rows = Math.floor((start + count - at) / row);
    if (within === 0 && rows > 0) {
      yield { offset: [...before, index, ...rest.map(() => 0)], count: [...ones, rows, ...rest] };
      at += rows * row;
    } else {
      const some = Math.min(row - within, start + count - at);
      yield* slabs(rest, within, some, [...before, index]);
      at += some;
    }
  }
}
