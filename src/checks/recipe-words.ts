/** Reading `train` declarations, as several checks do. */
import type { PlanValue } from "../model/plan.js";
import type { PlanCall } from "../model/plan-values.js";

export { callOf } from "../model/plan-values.js";

/** An argument by its name, or by its place where it was written without. */
export function argumentOf(call: PlanCall | null, name: string, place: number): PlanValue | undefined {
  return call?.arguments[name] ?? call?.arguments[String(place)];
}

/** A number of two digits: `4e-10`, `25`. */
export function roughly(value: number): string {
  const short = Number(value.toPrecision(2));
  return short !== 0 && Math.abs(short) < 1e-3 ? short.toExponential() : String(short);
}
