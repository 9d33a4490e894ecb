import { WeightsError } from "./errors.js";

/**
 * Looks for NaN and infinity in what was read of a tensor.
 *
 * @param start where `values` begins in the tensor of this shape
 * @throws {WeightsError} that names the tensor and the first such element.
 */
export function checkFinite(
  title: string,
  name: string,
  shape: readonly number[],
  values: Float32Array,
  start: number,
): void {
  // A product with zero is zero, or NaN for what is looked for; four sums, as one would wait for itself.
  let [a, b, c, d] = [0, 0, 0, 0];
  const zero = 0;
  const whole = values.length - (values.length % 4);
  for (let i = 0; i < whole; i += 4) {
    a += zero * (values[i] as number);
    b += zero * (values[i + 1] as number);
    c += zero * (values[i + 2] as number);
    d += zero * (values[i + 3] as number);
  }
  for (let i = whole; i < values.length; i++) a += zero * (values[i] as number);
  if (a + b + c + d === 0) return;

  const at = values.findIndex((value) => !Number.isFinite(value));
  const value = values[at] as number;
  throw new WeightsError(
    `${title}: tensor \`${name}\` holds ${Number.isNaN(value) ? "NaN" : "infinity"} at ` +
      `[${position(start + at, shape).join(", ")}]. Such weights make every score NaN: train or convert them anew.`,
  );
}

function position(index: number, shape: readonly number[]): number[] {
  const result: number[] = [];
  let rest = index;
  for (const size of [...shape].reverse()) {
    result.unshift(rest % size);
    rest = Math.floor(rest / size);
  }
  return result;
}
