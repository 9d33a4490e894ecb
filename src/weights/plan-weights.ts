import type { WeightSource } from "./source.js";

/**
 * Where a tensor of the plan comes from: read from a file (`dense`: a file's [out, in] matrix read as a convolution's
 * kernel), made by the compiler because the file lacks it and it is frozen, or made by its initializer.
 */
export type Origin = "file" | "dense" | "generated" | "init";

/**
 * The weights for one plan: a source whose names and shapes are those of `plan.tensors`, whatever the file calls
 * them. It is what targets read from. `match.ts` makes one from a file, `init.ts` one from a seed.
 *
 * `read` rejects with a `WeightsError` that names the tensor when it meets NaN or infinity.
 */
export interface PlanWeights extends WeightSource {
  readonly origins: ReadonlyMap<string, Origin>;
}
