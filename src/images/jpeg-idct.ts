/**
 * The inverse transform of JPEG's blocks in integers, the accurate one of the Independent JPEG Group's library
 * (Loeffler, Ligtenberg and Moschytz, ICASSP 1989), so that pixels equal those of programs that use that library.
 */
import { ZIGZAG } from "./jpeg-frame.js";

const BITS = 13;
const FIRST_PASS_BITS = 2;
const fix = (value: number): number => Math.round(value * (1 << BITS));

const F_0_298 = fix(0.298631336);
const F_0_390 = fix(0.390180644);
const F_0_541 = fix(0.5411961);
const F_0_765 = fix(0.765366865);
const F_0_899 = fix(0.899976223);
const F_1_175 = fix(1.175875602);
const F_1_501 = fix(1.50132111);
const F_1_847 = fix(1.847759065);
const F_1_961 = fix(1.96157056);
const F_2_053 = fix(2.053119869);
const F_2_562 = fix(2.562915447);
const F_3_072 = fix(3.072711026);

const dequantized = new Int32Array(64);
const columns = new Int32Array(64);

/**
 * Scales a block of 64 coefficients (row-major at `offset`) by its quantization (zigzag order), transforms it, and
 * writes 8 by 8 samples 0..255 into `samples` at `target`, with `stride` from row to row.
 */
export function inverseTransform(
  coefficients: Int16Array,
  offset: number,
  quantization: Uint16Array,
  samples: Uint8Array,
  target: number,
  stride: number,
): void {
  for (let k = 0; k < 64; k += 1) {
    const at = ZIGZAG[k]!;
    dequantized[at] = Math.imul(coefficients[offset + at]!, quantization[k]!);
  }
  for (let i = 0; i < 8; i += 1) transformLine(dequantized, i, 8, columns, i, 8, BITS - FIRST_PASS_BITS);
  for (let i = 0; i < 64; i += 8) transformLine(columns, i, 1, columns, i, 1, BITS + FIRST_PASS_BITS + 3);
  for (let row = 0, i = 0; row < 8; row += 1)
    for (let at = target + row * stride, end = at + 8; at < end; at += 1, i += 1) {
      const value = columns[i]! + 128;
      samples[at] = value < 0 ? 0 : value > 255 ? 255 : value;
    }
}

/** Eight values, `step` apart, transformed; results are rounded and shifted right by `shift`. */
function transformLine(
  input: Int32Array,
  from: number,
  step: number,
  output: Int32Array,
  to: number,
  outputStep: number,
  shift: number,
): void {
  const { imul } = Math;
  const half = 1 << (shift - 1);
  const in0 = input[from]!;
  const in1 = input[from + step]!;
  const in2 = input[from + 2 * step]!;
  const in3 = input[from + 3 * step]!;
  const in4 = input[from + 4 * step]!;
  const in5 = input[from + 5 * step]!;
  const in6 = input[from + 6 * step]!;
  const in7 = input[from + 7 * step]!;

  // Even part.
  const even = imul(in2 + in6, F_0_541);
  const even2 = even - imul(in6, F_1_847);
  const even3 = even + imul(in2, F_0_765);
  const even0 = (in0 + in4) << BITS;
  const even1 = (in0 - in4) << BITS;
  const sum0 = even0 + even3 + half;
  const sum3 = even0 - even3 + half;
  const sum1 = even1 + even2 + half;
  const sum2 = even1 - even2 + half;

  // Odd part.
  const all = imul(in7 + in3 + in5 + in1, F_1_175);
  const outer = imul(in7 + in1, -F_0_899);
  const inner = imul(in5 + in3, -F_2_562);
  const left = imul(in7 + in3, -F_1_961) + all;
  const right = imul(in5 + in1, -F_0_390) + all;
  const odd0 = imul(in7, F_0_298) + outer + left;
  const odd1 = imul(in5, F_2_053) + inner + right;
  const odd2 = imul(in3, F_3_072) + inner + left;
  const odd3 = imul(in1, F_1_501) + outer + right;

  output[to] = (sum0 + odd3) >> shift;
  output[to + 7 * outputStep] = (sum0 - odd3) >> shift;
  output[to + outputStep] = (sum1 + odd2) >> shift;
  output[to + 6 * outputStep] = (sum1 - odd2) >> shift;
  output[to + 2 * outputStep] = (sum2 + odd1) >> shift;
  output[to + 5 * outputStep] = (sum2 - odd1) >> shift;
  output[to + 3 * outputStep] = (sum3 + odd0) >> shift;
  output[to + 4 * outputStep] = (sum3 - odd0) >> shift;
}
