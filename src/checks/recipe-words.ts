/** Reading `train` declarations, as several checks do. */
import type { PlanSettings, PlanValue } from "../model/plan.js";

export interface RecipeCall {
  readonly name: string;
  readonly arguments: PlanSettings;
}

/** `sgd(rate: 1e-10)` as it stands in a recipe. */
export function callOf(value: PlanValue | undefined): RecipeCall | null {
  if (typeof value !== "object" || Array.isArray(value)) return null;
  const { call, arguments: given } = value as PlanSettings;
  return typeof call === "string" && typeof given === "object" && !Array.isArray(given)
    ? { name: call, arguments: given as PlanSettings }
    : null;
}

/** An argument by its name, or by its place where it was written without. */
export function argumentOf(call: RecipeCall | null, name: string, place: number): PlanValue | undefined {
  return call?.arguments[name] ?? call?.arguments[String(place)];
}

/** A number of two digits: `4e-10`, `25`. */
export function roughly(value: number): string {
  const short = Number(value.toPrecision(2));
  return short !== 0 && Math.abs(short) < 1e-3 ? short.toExponential() : String(short);
}
