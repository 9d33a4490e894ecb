/** A recipe's rates out of the lr_mult and decay_mult of every blob: the shortest way to say them. */
import type { PlanValue } from "../model/plan.js";

/** Of one blob, as the plan's tensors have them. */
export interface BlobRate {
  readonly layer: string;
  /** `conv1.weight`, `conv1.bias` */
  readonly name: string;
  readonly rate: number;
  readonly decay: number;
  /** Blobs that are frozen whatever a recipe says: a fixed upsampling's. */
  readonly frozen: boolean;
}

/**
 * The settings of `train` that give these rates: `bias` where all biases have the same, otherwise an entry for each
 * layer whose own differ. A layer's `rate` counts for its bias too, and the bias's own multiple is on top of it.
 *
 * For example `{ bias: { rate: { factor: 2 }, decay: 0 } }`.
 */
export function recipeRates(blobs: readonly BlobRate[]): Record<string, PlanValue> {
  const free = blobs.filter(({ frozen }) => !frozen);
  const biases = free.filter(({ name }) => name.endsWith(".bias"));
  const weights = new Map(free.filter(({ name }) => !name.endsWith(".bias")).map((blob) => [blob.layer, blob]));
  const result: Record<string, PlanValue> = {};
  for (const { layer, rate, decay } of weights.values()) {
    if (rate !== 1) result[`${layer}.rate`] = multiple(rate);
    if (decay !== 1) result[`${layer}.decay`] = multiple(decay);
  }
  const own = biases.map(({ layer, rate, decay }) => {
    const below = weights.get(layer)?.rate ?? 1;
    // What is 0 times anything says nothing of the bias's own multiple.
    return { layer, rate: below === 0 ? null : rate / below, decay, inherited: weights.get(layer)?.decay ?? 1 };
  });
  const first = own.find(({ rate }) => rate !== null);
  if (first === undefined) return result;
  const alike = own.every(({ rate, decay }) => (rate === null || rate === first.rate) && decay === first.decay);
  if (alike && own.some(({ rate, decay, inherited }) => (rate !== null && rate !== 1) || decay !== inherited))
    return { ...result, bias: { rate: multiple(first.rate ?? 1), decay: multiple(first.decay) } };
  if (alike) return result;
  for (const { layer, rate, decay, inherited } of own) {
    const settings: Record<string, PlanValue> = {};
    if (rate !== null && rate !== 1) settings["rate"] = multiple(rate);
    if (decay !== inherited) settings["decay"] = multiple(decay);
    if (Object.keys(settings).length > 0) result[`${layer}.bias`] = settings;
  }
  return result;
}

/** `2x`, or 0, as recipes are written. */
const multiple = (value: number): PlanValue => (value === 0 ? 0 : { factor: value });
