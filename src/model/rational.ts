/**
 * Exact rationals, and the whole-number division that exact sizes need. Grids are made of them: the stride and the origin of a map in input pixels, such as `-183/2`.
 *
 * Always in lowest terms with a positive denominator, so that equal values have equal parts.
 */

export interface Rational {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

/** Exponents beyond this are no numbers of a net; without a bound `1e999999999` would fill the memory. */
const LARGEST_EXPONENT = 1000;

const DECIMAL = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/;
const FRACTION = /^([+-]?\d+)\/(\d+)$/;

/** `numerator / denominator`. Numbers must be safe integers; a denominator of 0 is a RangeError. */
export function rational(numerator: number | bigint, denominator: number | bigint = 1): Rational {
  return reduced(integer(numerator), integer(denominator));
}

export function add(a: Rational, b: Rational): Rational {
  if (a.denominator === b.denominator) return reduced(a.numerator + b.numerator, a.denominator);
  return reduced(a.numerator * b.denominator + b.numerator * a.denominator, a.denominator * b.denominator);
}

export function subtract(a: Rational, b: Rational): Rational {
  if (a.denominator === b.denominator) return reduced(a.numerator - b.numerator, a.denominator);
  return reduced(a.numerator * b.denominator - b.numerator * a.denominator, a.denominator * b.denominator);
}

export function multiply(a: Rational, b: Rational): Rational {
  return reduced(a.numerator * b.numerator, a.denominator * b.denominator);
}

/** A RangeError where `b` is 0. */
export function divide(a: Rational, b: Rational): Rational {
  return reduced(a.numerator * b.denominator, a.denominator * b.numerator);
}

export function equals(a: Rational, b: Rational): boolean {
  return a.numerator === b.numerator && a.denominator === b.denominator;
}

/** Negative where a < b, 0 where they are equal, positive where a > b. */
export function compare(a: Rational, b: Rational): number {
  const difference = a.numerator * b.denominator - b.numerator * a.denominator;
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

export function isInteger(a: Rational): boolean {
  return a.denominator === 1n;
}

/** `"32"`, `"-183/2"` */
export function toString(a: Rational): string {
  return a.denominator === 1n ? `${a.numerator}` : `${a.numerator}/${a.denominator}`;
}

/** Reads `32`, `-91.5`, `.5`, `1e-3` and `-183/2`, exactly; null for anything else. */
export function parse(text: string): Rational | null {
  const fraction = FRACTION.exec(text);
  if (fraction) {
    const denominator = BigInt(fraction[2] ?? "");
    return denominator === 0n ? null : reduced(BigInt(fraction[1] ?? ""), denominator);
  }
  const decimal = DECIMAL.exec(text);
  if (!decimal) return null;
  const [, sign = "", whole = "", part = "", power = "0"] = decimal;
  if (whole + part === "") return null;
  const exponent = Number(power);
  if (Math.abs(exponent) > LARGEST_EXPONENT) return null;
  const digits = BigInt(whole + part) * (sign === "-" ? -1n : 1n);
  const scale = exponent - part.length;
  return scale >= 0 ? reduced(digits * 10n ** BigInt(scale), 1n) : reduced(digits, 10n ** BigInt(-scale));
}

/** The nearest number. */
export function toNumber(a: Rational): number {
  const numerator = Number(a.numerator);
  const denominator = Number(a.denominator);
  if (Number.isSafeInteger(numerator) && Number.isSafeInteger(denominator)) return numerator / denominator;
  // Both parts may be past what a number holds while their ratio is not: divide first, to 64 bits and more, and keep
  // a last bit that says whether anything was cut off, so that the one rounding below sees on which side it lies.
  const size = a.numerator < 0n ? -a.numerator : a.numerator;
  const shift = Math.max(0, 66 + a.denominator.toString(16).length * 4 - size.toString(16).length * 4);
  const scaled = size << BigInt(shift);
  const quotient = ((scaled / a.denominator) << 1n) | (scaled % a.denominator === 0n ? 0n : 1n);
  return (a.numerator < 0n ? -1 : 1) * scaleDown(Number(quotient), shift + 1);
}

/** In two steps, as 2 ** -shift alone may underflow. */
function scaleDown(value: number, shift: number): number {
  const half = Math.floor(shift / 2);
  return value * 2 ** -half * 2 ** (half - shift);
}

function integer(value: number | bigint): bigint {
  if (typeof value === "number" && !Number.isSafeInteger(value)) throw new RangeError(`not a safe integer: ${value}`);
  return BigInt(value);
}

function reduced(numerator: bigint, denominator: bigint): Rational {
  if (denominator === 1n) return { numerator, denominator };
  if (denominator === 0n) throw new RangeError("a rational with denominator 0");
  if (denominator < 0n) return reduced(-numerator, -denominator);
  const divisor = gcd(numerator, denominator);
  return { numerator: numerator / divisor, denominator: denominator / divisor };
}

/** Never negative. */
export function gcd(a: bigint, b: bigint): bigint {
  let [x, y] = [a, b];
  while (y !== 0n) [x, y] = [y, x % y];
  return x < 0n ? -x : x;
}

/** Towards minus infinity, for a positive divisor. */
export function floorDivide(value: bigint, divisor: bigint): bigint {
  const quotient = value / divisor;
  return value < 0n && quotient * divisor !== value ? quotient - 1n : quotient;
}

export function ceilDivide(value: bigint, divisor: bigint): bigint {
  return -floorDivide(-value, divisor);
}
