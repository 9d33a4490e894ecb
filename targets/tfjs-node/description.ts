/** `training.json`: what a program needs to know of a training graph to run it. */
import type { Plan, PlanInput } from "../../src/model/plan.js";
import type { LossRecipe, Optimizer } from "./recipe.js";
import type { TrainingModel } from "./build.js";

export interface Description {
  readonly format: "fcnc-training";
  readonly version: 1;
  readonly net: string;
  /** Of the plan. */
  readonly digest: string;
  /** Images [N, H, W, C], as pixels are: RGB in 0..255 for `bgr` and `rgb`. */
  readonly inputs: readonly PlanInput[];
  readonly outputs: readonly DescribedOutput[];
  readonly optimizer: Optimizer;
  readonly loss: Pick<LossRecipe, "reduce" | "sample">;
  /** Of dropout and sampling, where nobody says otherwise. */
  readonly seed: number;
  /** Each is read and written by itself. */
  readonly state: readonly DescribedState[];
}

export interface DescribedOutput {
  /** Of the scores, float32 [N, H, W, classes]. */
  readonly name: string;
  /** Of the class indices, int32 [N, H, W]. */
  readonly mask: string;
  /** Of the input for labels, int32 [N, H, W]. */
  readonly label: string;
  readonly classes: number;
  /** The label of pixels that do not count. */
  readonly ignore: number | null;
}

export interface DescribedState {
  /** `conv1_1.weight`, `conv1_1.weight/momentum` */
  readonly name: string;
  /** PyTorch's layout: OIHW, IOHW, [C]. */
  readonly shape: readonly number[];
  /** False for what the optimizer keeps. */
  readonly isWeight: boolean;
}

export function describe(plan: Plan, { recipe, state, weights, outputs }: TrainingModel): Description {
  const names = new Set(weights.map(({ name }) => name));
  return {
    format: "fcnc-training",
    version: 1,
    net: plan.net,
    digest: plan.digest,
    inputs: plan.inputs,
    outputs,
    optimizer: recipe.optimizer,
    loss: { reduce: recipe.loss.reduce, sample: recipe.loss.sample },
    seed: recipe.seed,
    state: state.map(({ name, shape }) => ({ name, shape, isWeight: names.has(name) })),
  };
}
