/** In which types the weights of a bundle are stored: rules by names, the first that fits counts. */
import type { Plan, Tensor } from "../src/model/plan.js";
import { TargetError } from "./target.js";

export const STORED_TYPES = ["float32", "float16", "uint16", "uint8"] as const;
export type StoredType = (typeof STORED_TYPES)[number];

/** Layers that a message names at most. */
const NAMED = 20;

export interface StorageRule {
  /**
   * `*` stands for any characters, `?` for one. A pattern that fits a layer's name (`fc*`) means its kernels; one that
   * fits only the name of a tensor (`fc6.bias`, `*.bias`) means exactly that. Null for every kernel.
   */
  readonly pattern: string | null;
  readonly type: StoredType;
}

/**
 * The type in which a tensor is stored. Vectors (biases, scales, statistics) stay float32 unless a rule names them: they
 * are a thousandth of a net, and an error in one of them moves a whole map.
 */
export function storedType(tensor: Tensor, rules: readonly StorageRule[]): StoredType {
  const rule = rules.find(({ pattern }) => fits(tensor, pattern));
  return rule?.type ?? "float32";
}

/** @throws {TargetError} where a pattern fits no tensor, as one that was misspelt. */
export function admitRules(plan: Plan, rules: readonly StorageRule[]): void {
  for (const { pattern } of rules) {
    if (pattern === null || plan.tensors.some((tensor) => fits(tensor, pattern))) continue;
    const layers = [...new Set(plan.tensors.map(({ layer }) => layer))];
    const more = layers.length > NAMED ? ", ..." : "";
    throw new TargetError(
      `no weights of ${plan.net} fit the pattern \`${pattern}\` that says how they are stored. ` +
        `Its layers with weights are ${layers.slice(0, NAMED).join(", ")}${more}`,
    );
  }
}

function fits(tensor: Tensor, pattern: string | null): boolean {
  const isKernel = tensor.role !== "vector";
  if (pattern === null) return isKernel;
  return matches(pattern, tensor.layer) ? isKernel : matches(pattern, tensor.name);
}

/** Whether a name fits a pattern with `*` and `?`. */
export function matches(pattern: string, name: string): boolean {
  const source = pattern
    .replace(/[\\^$.|+()[\]{}]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${source}$`, "su").test(name);
}
