/** Textures: how light a place is, 0..1. */
import { latticeValue, rotation, type Draws } from "./draws.js";
import type { Shape } from "./outlines.js";

/** By the place in px. */
export type Texture = (x: number, y: number) => number;

const fraction = (value: number): number => value - Math.floor(value);
const PATTERNS: Readonly<Record<Shape["texture"], Texture>> = {
  dots(x, y) {
    const [u, v] = [fraction(x) - 0.5, fraction(y) - 0.5];
    return u * u + v * v < 0.1 ? 1 : 0;
  },
  checks: (x, y) => Math.abs(Math.floor(x) + Math.floor(y)) % 2,
  stripes: (x) => (fraction(x) < 0.5 ? 1 : 0),
  bricks(x, y) {
    const row = Math.floor(y);
    return fraction(y) < 0.25 || fraction(x / 2 + row / 2) < 0.15 ? 1 : 0;
  },
};

/** A pattern in any direction, that repeats itself every `period` px. */
export function pattern(kind: Shape["texture"], period: number, draws: Draws): Texture {
  const { cos, sin } = rotation(draws);
  const [shiftX, shiftY] = [draws.uniform(0, 16), draws.uniform(0, 16)];
  const at = PATTERNS[kind];
  return (x, y) => at((x * cos + y * sin) / period + shiftX, (y * cos - x * sin) / period + shiftY);
}

/** Clouds: noise between the points of a lattice, of two sizes, the larger one of `period` px. */
export function clouds(period: number, draws: Draws): Texture {
  const coarse = noise(period, draws.key());
  const fine = noise(period / 3, draws.key());
  return (x, y) => 0.7 * coarse(x, y) + 0.3 * fine(x, y);
}

function noise(period: number, key: number): Texture {
  return (x, y) => {
    const [left, top] = [Math.floor(x / period), Math.floor(y / period)];
    const [u, v] = [smooth(x / period - left), smooth(y / period - top)];
    const above = between(latticeValue(key, left, top), latticeValue(key, left + 1, top), u);
    const below = between(latticeValue(key, left, top + 1), latticeValue(key, left + 1, top + 1), u);
    return between(above, below, v);
  };
}

const smooth = (t: number): number => t * t * (3 - 2 * t);
const between = (from: number, to: number, t: number): number => from + (to - from) * t;
