import type { Initializer, Plan } from "../src/model/plan.js";

/** The file of a bundle that says where each of its weights is from. */
export const LOAD_PLAN = "load-plan.json";

/** What goes into `weights-wanted.json`: what a file of weights for this net holds. */
export interface WantedWeights {
  readonly net: string;
  readonly digest: string;
  /** How the shapes are to be read. */
  readonly layout: string;
  readonly tensors: readonly WantedTensor[];
}

export interface WantedTensor {
  readonly key: string;
  readonly shape: readonly number[];
  /** Another shape that is taken: of the dense layer that became a convolution. */
  readonly denseShape?: readonly [number, number];
  readonly dtype: "F32";
  readonly init: Initializer;
  /** Whether the compiler makes it itself when a file lacks it. */
  readonly optional?: true;
}

export function wantedWeights(plan: Plan): WantedWeights {
  return {
    net: plan.net,
    digest: plan.digest,
    layout: "PyTorch: convolution OIHW, deconvolution IOHW, dense [out, in], vectors [C]",
    tensors: plan.tensors.map(({ name, shape, denseShape, init, generated }) => ({
      key: name,
      shape,
      ...(denseShape === null ? {} : { denseShape }),
      dtype: "F32",
      init,
      ...(generated ? { optional: true } : {}),
    })),
  };
}
