import type { TensorInfo } from "./source.js";

/** Where files and a plan do not fit together. */
export type WeightProblem =
  /** The plan wants it, the files lack it. `nearest` is a tensor of theirs that nobody else wants. */
  | { readonly kind: "missing"; readonly wanted: TensorInfo; readonly nearest: TensorInfo | null }
  /** A file has it, the plan does not want it. `nearest` is a name that the plan wants and the files lack. */
  | { readonly kind: "left-over"; readonly found: TensorInfo; readonly nearest: string | null }
  | {
      readonly kind: "misshapen";
      readonly wanted: TensorInfo;
      readonly dense: readonly [number, number] | null;
      readonly found: TensorInfo;
    }
  /** Of a type that weights cannot have: integers. */
  | { readonly kind: "mistyped"; readonly wanted: TensorInfo; readonly found: TensorInfo };
