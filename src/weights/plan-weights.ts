import type { LoadKind, LoadPlan } from "./load/load-plan.js";
import type { WeightSource } from "./source.js";

/**
 * Where a tensor of the plan comes from: as it is in a file or changed by steps of the load plan, made by the compiler
 * because the file lacks it and it is frozen (`generated`), or made by its initializer (`fresh`).
 */
export type Origin = LoadKind;

/**
 * The weights for one plan: a source whose names and shapes are those of `plan.tensors`, whatever the file calls
 * them. It is what targets read from. `match.ts` makes one from files, `init.ts` one from a seed.
 *
 * `read` rejects with a `WeightsError` that names the tensor when it meets NaN or infinity.
 */
export interface PlanWeights extends WeightSource {
  readonly origins: ReadonlyMap<string, Origin>;
  /** How they were found; left out where they come from no file. */
  readonly load?: LoadPlan;
}
