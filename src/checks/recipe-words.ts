/** Reading `train` declarations, as several checks do. */
export { callOf } from "../model/plan-values.js";

/** A number of two digits: `4e-10`, `25`. */
export function roughly(value: number): string {
  const short = Number(value.toPrecision(2));
  return short !== 0 && Math.abs(short) < 1e-3 ? short.toExponential() : String(short);
}
