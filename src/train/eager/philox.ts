/**
 * The random numbers of TensorFlow's stateless operations: Philox 4x32 with ten rounds (Salmon et al., "Parallel random
 * numbers: as easy as 1, 2, 3", 2011), from a key and a counter that TensorFlow scrambles from two seeds
 * (`GenerateKey` in stateless_random_ops.cc). So a run draws the same numbers on every engine.
 */

type Words = readonly [number, number, number, number];

const MULTIPLIERS = [0xd2511f53, 0xcd9e8d57] as const;
const WEYL = [0x9e3779b9, 0xbb67ae85] as const;
const ROUNDS = 10;

/** The upper 32 bits of a product of two numbers of 32 bits. */
function high(a: number, b: number): number {
  const [aLow, aHigh, bLow, bHigh] = [a & 0xffff, a >>> 16, b & 0xffff, b >>> 16];
  const low = aLow * bLow;
  const middle = aHigh * bLow + (low >>> 16);
  const other = aLow * bHigh + (middle & 0xffff);
  return (aHigh * bHigh + Math.floor(middle / 0x10000) + Math.floor(other / 0x10000)) >>> 0;
}

function philox(c0: number, c1: number, c2: number, c3: number, k0: number, k1: number): Words {
  for (let round = 0; round < ROUNDS; round++) {
    const [low0, high0] = [Math.imul(MULTIPLIERS[0], c0), high(MULTIPLIERS[0], c0)];
    const [low1, high1] = [Math.imul(MULTIPLIERS[1], c2), high(MULTIPLIERS[1], c2)];
    [c0, c1, c2, c3] = [(high1 ^ c1 ^ k0) >>> 0, low1 >>> 0, (high0 ^ c3 ^ k1) >>> 0, low0 >>> 0];
    k0 = (k0 + WEYL[0]) >>> 0;
    k1 = (k1 + WEYL[1]) >>> 0;
  }
  return [c0, c1, c2, c3];
}

/** A whole number as two words of 32 bits, the lower first; below zero as its two's complement of 64 bits. */
const words = (value: number): readonly [number, number] => [value >>> 0, Math.floor(value / 2 ** 32) >>> 0];

/**
 * `StatelessRandomUniform`: `count` numbers in [0, 1), float32, in row-major order.
 *
 * @param seeds whole numbers
 */
export function uniform(count: number, seeds: readonly [number, number]): Float32Array {
  const mixed = philox(...words(seeds[0]), ...words(seeds[1]), 0x3ec8f720, 0x02461e29);
  const numbers = new Float32Array(count);
  for (let group = 0; 4 * group < count; group++) {
    const drawn = philox(group, 0, mixed[2], mixed[3], mixed[0], mixed[1]);
    const end = Math.min(4, count - 4 * group);
    // 23 bits are the fraction of a number from 1 to 2.
    for (let lane = 0; lane < end; lane++) numbers[4 * group + lane] = ((drawn[lane] ?? 0) & 0x7fffff) * 2 ** -23;
  }
  return numbers;
}
