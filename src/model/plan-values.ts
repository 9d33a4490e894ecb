/** Readers of the plain values that recipes and targets' settings are in a plan. */
import type { PlanSettings, PlanValue } from "./plan.js";

/** `sgd(rate: 1e-3)`: arguments are under their names, and a dataset's folder, which has none, under `"0"`. */
export interface PlanCall {
  readonly name: string;
  readonly arguments: PlanSettings;
}

/** Null where the value is no call. A word stands for a call without arguments where `words` is told. */
export function callOf(value: PlanValue | undefined, { words = false } = {}): PlanCall | null {
  if (words && typeof value === "string") return { name: value, arguments: {} };
  if (!isSettings(value)) return null;
  const { call, arguments: given } = value;
  return typeof call === "string" && isSettings(given) ? { name: call, arguments: given } : null;
}

/** A number, or a factor such as `2x`; null for anything else. */
export function numberOf(value: PlanValue | undefined): number | null {
  if (isSettings(value)) return numberOf(value["factor"]);
  return typeof value === "number" ? value : null;
}

/** A value that stands alone, or a list of such; none where nothing was written. */
export function severalOf(value: PlanValue | undefined): readonly PlanValue[] {
  if (value === undefined) return [];
  return isList(value) ? value : [value];
}

export const isList = (value: PlanValue | undefined): value is readonly PlanValue[] => Array.isArray(value);

export const isSettings = (value: PlanValue | undefined): value is PlanSettings =>
  typeof value === "object" && !Array.isArray(value);
