/**
 * The load plan: for every tensor of a net where its numbers come from and what is done to them on the way, and for
 * every tensor of the files what becomes of it. It is plain JSON, made from names and shapes before any data is read,
 * printed before anything is built, and kept in the bundle. `docs/weights.md` describes it.
 */
import type { Initializer } from "../../model/plan.js";
import type { Layout } from "./layouts.js";
import type { ChannelRule, ClassRule } from "./source-settings.js";

export interface LoadPlan {
  readonly format: "fcnc-load-plan";
  readonly version: 1;
  readonly net: string;
  /** Of the net's plan. */
  readonly digest: string;
  /** Where two have a tensor, the later one gives it. */
  readonly sources: readonly LoadSource[];
  /** Every tensor of the net, in the plan's order. */
  readonly tensors: readonly TensorLoad[];
  /** What the files have beyond it, file by file. */
  readonly unused: readonly UnusedTensor[];
  /** What does not fit, so that nothing is built unless it is allowed. */
  readonly faults: readonly LoadFault[];
  /** What a net may have been meant to have, and mostly is a mistake. */
  readonly warnings: readonly LoadWarning[];
  readonly notes: readonly string[];
}

export interface LoadSource {
  /** As it was named. */
  readonly file: string;
  readonly tensors: number;
  readonly layout: Layout;
  readonly suffix: string;
  readonly rename: Readonly<Record<string, string>>;
  readonly channels: ChannelRule | null;
  readonly classes: ClassRule | null;
  readonly fresh: readonly string[];
  /** The map of names that was taken. */
  readonly names: { readonly path: string; readonly title: string; readonly recognised: boolean } | null;
}

/** `kind` is the most telling of the steps; a tensor without a source is `fresh` or `generated`. */
export interface TensorLoad {
  readonly name: string;
  readonly shape: readonly number[];
  readonly kind: LoadKind;
  readonly from: Found | null;
  /** What is done to the source's tensor, in this order. */
  readonly steps: readonly LoadStep[];
  /** What makes the tensor, or the part of it that its source lacks. */
  readonly init: Initializer | null;
}

export interface Found {
  /** Index into `sources`. */
  readonly source: number;
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: string;
}

export const loadKinds = [
  "copied",
  "reshaped",
  "regrouped",
  "reversed",
  "averaged",
  "repeated",
  "resized",
  "generated",
  "fresh",
] as const;
export type LoadKind = (typeof loadKinds)[number];

export type LoadStep =
  /** The same numbers in the same order. */
  | { readonly step: "reshape"; readonly from: readonly number[]; readonly to: readonly number[] }
  /** The numbers lie in the order of `from`, axes of which become `to[i] = from[axes[i]]`. */
  | {
      readonly step: "transpose";
      readonly from: readonly number[];
      readonly axes: readonly number[];
      readonly to: readonly number[];
    }
  /** From grouped to dense, zero between groups. */
  | { readonly step: "spread"; readonly groups: number }
  /** From dense to grouped; what lies between groups must be zero, and is looked at on reading. */
  | { readonly step: "group"; readonly groups: number }
  /** Input channel i becomes the sum over j of matrix[i][j] times the source's input channel j. */
  | {
      readonly step: "channels";
      readonly rule: "reverse" | ChannelRule;
      readonly matrix: readonly (readonly number[])[];
    }
  /** Of the first two axes as many are copied, from their start; the rest is fresh. */
  | { readonly step: "resize"; readonly copied: readonly [number, number] };

export interface UnusedTensor {
  readonly source: number;
  readonly name: string;
  readonly shape: readonly number[];
  /** A tensor of the net that no source has, and whose name is near: a rename is the likely cause. */
  readonly nearest: string | null;
  /** Whether it is in order: a layer that the net leaves out, or one that a recipe's file has beyond it. */
  readonly expected: boolean;
}

export interface LoadFault {
  readonly kind: FaultKind;
  /** The net's tensor, or the file's where it is left over. */
  readonly tensor: string;
  readonly message: string;
  /** Ways out that are the tensor's own. */
  readonly help: readonly string[];
}

export const faultKinds = ["missing", "left-over", "misshapen", "mistyped"] as const;
export type FaultKind = (typeof faultKinds)[number];

export interface LoadWarning {
  readonly kind: "trunk" | "input";
  /** A layer, or an input. */
  readonly name: string;
  readonly message: string;
  readonly help: readonly string[];
}
