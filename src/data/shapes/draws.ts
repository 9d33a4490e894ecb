/** Random draws one after the other, the same on every machine: no function is used whose last bit is left open. */
import { bits, stream, type Stream } from "../../weights/random.js";

export class Draws {
  readonly #stream: Stream;
  #index = 0;

  /** Any two names, or seeds, have draws that have nothing to do with each other. */
  constructor(seed: number, name: string) {
    this.#stream = stream(seed, name);
  }

  /** Uniform in [from, to). */
  uniform(from: number, to: number): number {
    return from + (to - from) * this.#fraction();
  }

  /** A whole number from `from` to `to`, both among them. */
  whole(from: number, to: number): number {
    return from + Math.floor((to - from + 1) * this.#fraction());
  }

  pick<Item>(items: readonly Item[]): Item {
    const item = items[this.whole(0, items.length - 1)];
    if (item === undefined) throw new RangeError("there is nothing to pick from");
    return item;
  }

  /** A key for `latticeValue`. */
  key(): number {
    return bits(this.#stream, this.#index++);
  }

  #fraction(): number {
    return (this.key() >>> 0) / 4294967296;
  }
}

/** Uniform in [0, 1) for every point of a lattice, under a key. */
export function latticeValue(key: number, x: number, y: number): number {
  return (bits({ first: key, second: Math.imul(y, 0x9e3779b1) }, x) >>> 0) / 4294967296;
}

/** A rotation by any angle, from the half-angle's tangent: no sine is needed, whose last bit differs between machines. */
export function rotation(draws: Draws): { readonly cos: number; readonly sin: number } {
  const t = draws.uniform(-1, 1);
  const quarter = { cos: (1 - t * t) / (1 + t * t), sin: (2 * t) / (1 + t * t) };
  return draws.whole(0, 1) === 0 ? quarter : { cos: -quarter.cos, sin: -quarter.sin };
}
