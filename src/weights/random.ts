/**
 * Random numbers that are the same on every platform and can be had from any place of a stream on: each is a hash of
 * the stream's key and its index. Only operations whose result IEEE 754 or ECMAScript fixes to the last bit are used:
 * + - * / on doubles, Math.imul and shifts. Math.log and Math.cos are not among them.
 */
export interface Stream {
  readonly first: number;
  readonly second: number;
}

/** The stream of a name under a seed. Any two names, or seeds, have streams that have nothing to do with each other. */
export function stream(seed: number, name: string): Stream {
  let first = 0x9e3779b9;
  let second = 0x85ebca6b;
  for (const character of `${seed} ${name}`) {
    const code = character.codePointAt(0) ?? 0;
    first = mix(Math.imul(first, 31) ^ code);
    second = mix(Math.imul(second, 37) + code);
  }
  return { first: mix(first ^ second), second: mix(second ^ 0x27d4eb2f) };
}

/** Element `index` of a stream, as a whole number of 32 bits, below zero or not. */
export function bits({ first, second }: Stream, index: number): number {
  const low = index | 0;
  const high = (index / 4294967296) | 0;
  return mix(mix((low + first) | 0) ^ second ^ Math.imul(high, 0x9e3779b1));
}

/** A permutation of 32 bits in which each bit depends on all ("lowbias32" of C. Wellons' hash prospector). */
function mix(value: number): number {
  let x = value | 0;
  x ^= x >>> 16;
  x = Math.imul(x, 0x21f0aaad);
  x ^= x >>> 15;
  x = Math.imul(x, 0x735a2d97);
  return x ^ (x >>> 15);
}

/** Uniform in (-1, 1), symmetric about 0, from 32 bits. */
export const signed = (word: number): number => (word + 0.5) / 2147483648;

/**
 * The normal distribution's quantile at (word + 0.5) / 2^32 + 1/2: standard normal, from 32 bits, as far as 6.3.
 * Wichura's PPND16 (Applied Statistics 37, 1988, algorithm AS 241), good to 1e-16.
 */
export function normal(word: number): number {
  const q = (word + 0.5) / 4294967296;
  if (Math.abs(q) <= 0.425) {
    const r = 0.180625 - q * q;
    return (q * polynomial(r, CENTRE)) / polynomial(r, CENTRE_BELOW);
  }
  const r = Math.sqrt(-logarithm(0.5 - Math.abs(q)));
  const value =
    r <= 5
      ? polynomial(r - 1.6, MIDDLE) / polynomial(r - 1.6, MIDDLE_BELOW)
      : polynomial(r - 5, TAIL) / polynomial(r - 5, TAIL_BELOW);
  return q < 0 ? -value : value;
}

/** Coefficients from the highest power down. */
function polynomial(x: number, coefficients: readonly number[]): number {
  let sum = 0;
  for (const coefficient of coefficients) sum = sum * x + coefficient;
  return sum;
}

/**
 * The natural logarithm of a number in (0, 1], to 1e-16: the number is doubled until it is at least sqrt(1/2), which is
 * exact, and log m = 2 artanh((m - 1) / (m + 1)) is summed as a series.
 */
export function logarithm(value: number): number {
  let m = value;
  let halvings = 0;
  while (m < 0.7071067811865476) {
    m *= 2;
    halvings++;
  }
  const z = (m - 1) / (m + 1);
  const square = z * z;
  let sum = 0;
  for (let power = 23; power >= 1; power -= 2) sum = sum * square + 1 / power;
  return 2 * z * sum - halvings * 0.6931471805599453;
}

const CENTRE = [
  2509.0809287301227, 33430.57558358813, 67265.7709270087, 45921.95393154987, 13731.69376550946, 1971.5909503065513,
  133.14166789178438, 3.3871328727963665,
];
const CENTRE_BELOW = [
  5226.495278852546, 28729.085735721943, 39307.89580009271, 21213.794301586597, 5394.196021424751, 687.1870074920579,
  42.31333070160091, 1,
];
const MIDDLE = [
  0.0007745450142783414, 0.022723844989269184, 0.2417807251774506, 1.2704582524523684, 3.6478483247632045,
  5.769497221460691, 4.630337846156546, 1.4234371107496835,
];
const MIDDLE_BELOW = [
  1.0507500716444169e-9, 0.0005475938084995345, 0.015198666563616457, 0.14810397642748008, 0.6897673349851,
  1.6763848301838038, 2.053191626637759, 1,
];
const TAIL = [
  2.0103343992922881e-7, 0.000027115555687434876, 0.0012426609473880784, 0.026532189526576124, 0.29656057182850487,
  1.7848265399172913, 5.463784911164114, 6.657904643501103,
];
const TAIL_BELOW = [
  2.0442631033899397e-15, 1.421511758316446e-7, 0.000018463183175100548, 0.0007868691311456133, 0.014875361290850615,
  0.1369298809227358, 0.599832206555888, 1,
];
