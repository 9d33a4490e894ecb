/**
 * Sizes: how many rows (or columns) a map has, as an exact function of one size of the input.
 *
 * Every rule of Caffe that makes a size from a size m is floor((a m + b) / c) with a, c > 0:
 *
 *     conv           floor((m + 2p - ke + s) / s)             ke = d (k - 1) + 1
 *     pool, ceil     ceil((m + min(2p - k + s, p)) / s)       p > 0
 *                    ceil((m - k + s) / s)                    p = 0
 *     pool, floor    floor((m + 2p - k + s) / s)
 *     deconv         s (m - 1) + ke - 2p
 *     pad            m + before + after
 *
 * and ceil(x / s) = floor((x + s - 1) / s). The one that Caffe writes otherwise is pooling with padding
 * (pooling_layer.cpp): out = ceil((m + 2p - k) / s) + 1, and where p > 0 and (out - 1) s >= m + p, one less, so that
 * the last window starts inside the map or its left padding. That keeps out where out - 1 < (m + p) / s, which for
 * whole numbers is out <= ceil((m + p) / s) = u. It takes away one at most, which is enough: Caffe demands p < k, so
 * 2p - k + s < p + s and ceil((m + 2p - k + s) / s) <= u + 1. Hence out = min(ceil((m + 2p - k + s) / s), u), and as
 * ceil is monotone the min goes inside. With floor the rule never cuts: floor((m + 2p - k) / s) s <= m + 2p - k < m + p.
 *
 * So a size is a chain of such steps upon a symbol. Over all integers it is total, monotone, and exactly periodic:
 * f(n + P) = f(n) + Q for every n (see `periodOf`).
 */

import { ceilDivide, floorDivide, gcd } from "./rational.js";

/** What `evaluate` throws where the value is no safe integer, and `floorAffine` for parameters that are none. */
export class SizeRangeError extends RangeError {
  override readonly name = "SizeRangeError";
}

export type Size = ConstantSize | VariableSize;
/** A size that depends on an input's size. */
export type VariableSize = SymbolSize | StepSize;

export interface ConstantSize {
  readonly kind: "constant";
  readonly value: bigint;
}

export interface SymbolSize {
  readonly kind: "symbol";
  readonly symbol: string;
  readonly depth: 0;
}

/** floor((multiply * m + add) / divide) */
export interface Step {
  readonly multiply: bigint;
  readonly add: bigint;
  readonly divide: bigint;
}

/**
 * A step upon another size, in a normal form: multiply and divide have no common factor; the source
 * is no affine step; it is a floor only where multiply > 1, and then it has 0 <= add < divide. Steps with the same
 * source and numbers are one object.
 */
export interface StepSize extends Step {
  readonly kind: "step";
  readonly symbol: string;
  readonly source: VariableSize;
  /** Steps down to the symbol. */
  readonly depth: number;
}

/** f(n + period) = f(n) + increment for every integer n; the period need not be the smallest. */
export interface Period {
  readonly period: bigint;
  readonly increment: bigint;
}

/** What was worked out already, kept apart so that sizes stay plain values. */
const stepsUpon = new WeakMap<VariableSize, Map<string, StepSize>>();
const periods = new WeakMap<StepSize, Period>();
/** The value at the size that was asked for last: all layers of a net are asked at one size, one after the other. */
const values = new WeakMap<StepSize, { readonly n: bigint; readonly value: bigint }>();

/** Formulas name this many steps; a chain may have ten thousand, and each layer of it prints one. */
const STEPS_IN_FORMULA = 32;

export function symbolSize(symbol: string): Size {
  return { kind: "symbol", symbol, depth: 0 };
}

export function constantSize(value: number): Size {
  return { kind: "constant", value: integer(value) };
}

/** floor((multiply * size + add) / divide), where multiply and divide are positive. */
export function floorAffine(size: Size, multiply: number, add: number, divide: number): Size {
  if (!(multiply > 0 && divide > 0)) throw new SizeRangeError(`a step needs positive factors: ${multiply}/${divide}`);
  const a = integer(multiply);
  const b = integer(add);
  const c = integer(divide);
  if (size.kind === "constant") return { kind: "constant", value: floorDivide(a * size.value + b, c) };
  return floorStep(size, a, b, c);
}

/** The same for whole numbers of any length. Merges with the source whatever merges, each time with one step less. */
export function floorStep(source: VariableSize, multiply: bigint, add: bigint, divide: bigint): VariableSize {
  // floor((g u y + b) / (g w)) = floor((u y + floor(b / g)) / w)
  let g = gcd(multiply, divide);
  let a = multiply / g;
  let b = floorDivide(add, g);
  let c = divide / g;
  while (source.kind === "step") {
    // In both merges the common factor can only be one of the source's multiplier and this divisor.
    if (source.divide === 1n) {
      g = gcd(source.multiply, c);
      b = floorDivide(a * source.add + b, g);
      a *= source.multiply / g;
      c /= g;
    } else if (a === 1n) {
      // floor((floor((a x + b) / c) + d) / e) = floor((a x + b + c d) / (c e))
      g = gcd(source.multiply, c);
      b = floorDivide(source.add + source.divide * b, g);
      a = source.multiply / g;
      c = source.divide * (c / g);
    } else {
      const whole = floorDivide(source.add, source.divide);
      if (whole !== 0n) {
        b += a * whole;
        source = child(source.source, source.multiply, source.add - whole * source.divide, source.divide);
      }
      break;
    }
    source = source.source;
  }
  return a === 1n && b === 0n && c === 1n ? source : child(source, a, b, c);
}

function child(source: VariableSize, multiply: bigint, add: bigint, divide: bigint): StepSize {
  const key = `${multiply.toString(16)} ${add.toString(16)} ${divide.toString(16)}`;
  let steps = stepsUpon.get(source);
  if (!steps) stepsUpon.set(source, (steps = new Map()));
  let made = steps.get(key);
  if (!made) {
    made = { kind: "step", symbol: source.symbol, source, multiply, add, divide, depth: source.depth + 1 };
    steps.set(key, made);
  }
  return made;
}

/** The symbol of the input's size, or null for a constant. */
export function symbolOf(size: Size): string | null {
  return size.kind === "constant" ? null : size.symbol;
}

/** Whether the normal forms are the same, which is at once known for sizes that grew from one `symbolSize`. */
export function sameSize(a: Size, b: Size): boolean {
  if (a.kind === "constant" || b.kind === "constant") {
    return a.kind === "constant" && b.kind === "constant" && a.value === b.value;
  }
  if (a.symbol !== b.symbol || a.depth !== b.depth) return false;
  let left: VariableSize = a;
  let right: VariableSize = b;
  while (left !== right && left.kind === "step" && right.kind === "step") {
    if (!sameStep(left, right)) return false;
    left = left.source;
    right = right.source;
  }
  return true;
}

/** Whether two steps do the same with their sources. */
export function sameStep(a: Step, b: Step): boolean {
  return a.multiply === b.multiply && a.add === b.add && a.divide === b.divide;
}

/** The steps from `end` (left out; null for the symbol) to the size, the innermost first. */
export function stepsOf(size: VariableSize, end: VariableSize | null = null): StepSize[] {
  const steps: StepSize[] = [];
  for (let at = size; at !== end && at.kind === "step"; at = at.source) steps.push(at);
  return steps.reverse();
}

/** The size where the input's size is n; any integer will do. Throws a SizeRangeError rather than lose precision. */
export function evaluate(size: Size, n: number): number {
  const value = evaluateExactly(size, integer(n));
  const result = Number(value);
  if (!Number.isSafeInteger(result)) throw new SizeRangeError(`a size of ${value} is past what numbers hold`);
  return result;
}

export function evaluateExactly(size: Size, n: bigint): bigint {
  if (size.kind === "constant") return size.value;
  const steps: StepSize[] = [];
  let value = n;
  for (let at = size; at.kind === "step"; at = at.source) {
    const known = values.get(at);
    if (known?.n === n) {
      value = known.value;
      break;
    }
    steps.push(at);
  }
  for (let step = steps.pop(); step; step = steps.pop()) {
    value = floorDivide(step.multiply * value + step.add, step.divide);
    values.set(step, { n, value });
  }
  return value;
}

/**
 * The smallest n with size(n) >= value, exactly: floor((a y + b) / c) >= v where y >= ceil((c v - b) / a), step by
 * step down to the symbol.
 */
export function smallestReaching(size: VariableSize, value: bigint): bigint {
  let bound = value;
  for (let at = size; at.kind === "step"; at = at.source) {
    bound = ceilDivide(at.divide * bound - at.add, at.multiply);
  }
  return bound;
}

/**
 * Where y(n + P) = y(n) + Q, floor((a y + b) / c) comes back after P c / g, with g = gcd(c, a Q), having grown by
 * a Q / g. The numbers may be thousands of digits long.
 */
export function periodOf(size: Size): Period {
  if (size.kind === "constant") return { period: 1n, increment: 0n };
  const steps: StepSize[] = [];
  let result: Period | undefined;
  for (let at = size; at.kind === "step" && !result; at = at.source) {
    result = periods.get(at);
    if (!result) steps.push(at);
  }
  result ??= { period: 1n, increment: 1n };
  for (let step = steps.pop(); step; step = steps.pop()) {
    result = periodAfter(result, step);
    periods.set(step, result);
  }
  return result;
}

export function periodAfter({ period, increment }: Period, { multiply, divide }: Step): Period {
  const growth = multiply * increment;
  const divisor = gcd(growth, divide);
  return { period: period * (divide / divisor), increment: growth / divisor };
}

/** `H`, `H + 198`, `floor((H + 199) / 2)`, `32 * floor((H + 5) / 32) + 64`; past a depth the innermost steps are `...`. */
export function formula(size: Size): string {
  if (size.kind === "constant") return `${size.value}`;
  const steps: StepSize[] = [];
  let at: VariableSize = size;
  for (; at.kind === "step" && steps.length < STEPS_IN_FORMULA; at = at.source) steps.push(at);
  let text = at.kind === "symbol" ? at.symbol : "...";
  for (const { multiply, add, divide } of steps.reverse()) {
    if (multiply !== 1n) text = `${multiply} * ${text}`;
    if (add !== 0n) text += add < 0n ? ` - ${-add}` : ` + ${add}`;
    if (divide !== 1n) text = add === 0n ? `floor(${text} / ${divide})` : `floor((${text}) / ${divide})`;
  }
  return text;
}

function integer(value: number): bigint {
  if (!Number.isSafeInteger(value)) throw new SizeRangeError(`not a safe integer: ${value}`);
  return BigInt(value);
}
