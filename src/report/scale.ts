/** Scales of axes: where a value stands, and which values are marked. */

export interface Scale {
  /** Pixels of a value; values outside of the range are drawn at its ends. */
  readonly at: (value: number) => number;
  readonly ticks: readonly number[];
}

/** From `from` to `to` pixels, its ticks at multiples of 1, 2 or 5 times a power of ten. */
export function linearScale([low, high]: readonly [number, number], from: number, to: number, count: number): Scale {
  const top = high > low ? high : low + (Math.abs(low) || 1);
  const rough = (top - low) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10);
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(top / step + 1e-9);
  return {
    at: (value) => from + ((clamp(value, low, top) - low) / (top - low)) * (to - from),
    // Divided where the step is a fraction, as 3 * 0.1 is not 0.3.
    ticks: range(first, last).map((n) => (step < 1 ? n / Math.round(1 / step) : n * step)),
  };
}

/** Its ticks at powers of ten, or within few of them at 1, 2 and 5 times those. Both ends are above 0. */
export function logScale([low, high]: readonly [number, number], from: number, to: number, count: number): Scale {
  const top = high > low ? high : low * 10;
  const powers = range(Math.floor(Math.log10(low)), Math.ceil(Math.log10(top)));
  const within = (values: readonly number[]): number[] =>
    values.filter((value) => value >= low * (1 - 1e-9) && value <= top * (1 + 1e-9));
  const plain = within(powers.map(power));
  const every = Math.ceil(plain.length / count);
  const ticks =
    plain.length >= 3
      ? plain.filter((_, i) => i % every === 0)
      : within(powers.flatMap((exponent) => [1, 2, 5].map((factor) => factor * power(exponent))));
  const span = Math.log(top / low);
  return { at: (value) => from + (Math.log(clamp(value, low, top) / low) / span) * (to - from), ticks };
}

/** A number beside an axis. */
export function tickText(value: number): string {
  if (value === 0) return "0";
  if (Math.abs(value) < 0.001) return value.toExponential().replace("e+", "e");
  return value.toLocaleString("en", { maximumSignificantDigits: 4 });
}

const power = (exponent: number): number => Number(`1e${exponent}`);

const clamp = (value: number, low: number, high: number): number => Math.min(Math.max(value, low), high);

const range = (first: number, last: number): number[] =>
  Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => first + i);
