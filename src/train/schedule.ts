/**
 * How the rate goes over a run. Steps count from 0, as Caffe's iterations do, and the rate of step n is that of its update.
 */
export type Schedule =
  | { readonly kind: "fixed" }
  | { readonly kind: "step"; readonly every: number; readonly factor: number }
  | { readonly kind: "poly"; readonly power: number }
  | { readonly kind: "cosine" };

/**
 * What the recipe's rate is multiplied by at step n of `steps`:
 *
 *     fixed   1
 *     step    factor^floor(n / every)           Caffe's `step` (sgd_solver.cpp, GetLearningRate)
 *     poly    (1 - n / steps)^power             Caffe's `poly`
 *     cosine  (1 + cos(pi n / steps)) / 2       Loshchilov and Hutter 2017, equation 5, down to 0, without restarts
 */
export function rateFactor(schedule: Schedule, step: number, steps: number): number {
  switch (schedule.kind) {
    case "fixed":
      return 1;
    case "step":
      return schedule.factor ** Math.floor(step / schedule.every);
    case "poly":
      return Math.max(0, 1 - step / steps) ** schedule.power;
    case "cosine":
      return (1 + Math.cos((Math.PI * Math.min(step, steps)) / steps)) / 2;
  }
}

/** Whether the rate of a step depends on how many steps the run has, so that a longer run is another one. */
export const dependsOnLength = ({ kind }: Schedule): boolean => kind === "poly" || kind === "cosine";
