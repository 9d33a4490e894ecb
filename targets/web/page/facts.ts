/** What a bundle says of itself, before its weights come. */
import type { NetInput } from "../runtime/types.js";

export interface BundleFacts {
  readonly net: string;
  /** `tfjs`, or `onnxruntime-web`, which has fewer backends. */
  readonly runtime?: string;
  readonly generatedBy: string;
  readonly inputs: readonly NetInput[];
  readonly outputs: readonly { readonly name: string; readonly classes: number }[];
  readonly weights: readonly { readonly type: string; readonly bytes: number }[];
  readonly files: readonly { readonly path: string; readonly bytes: number }[];
}

/** A bundle, what is missing of one, or null where the folder holds neither. */
export type Facts =
  | { readonly kind: "bundle"; readonly bundle: BundleFacts }
  | { readonly kind: "no-weights"; readonly net: string; readonly tensors: number; readonly bytes: number }
  | null;

interface WantedWeights {
  readonly net: string;
  readonly tensors: readonly { readonly shape: readonly number[]; readonly optional?: true }[];
}

export async function readFacts(): Promise<Facts> {
  const bundle = await readJson<BundleFacts>("bundle.json");
  if (Array.isArray(bundle?.inputs) && Array.isArray(bundle.outputs) && Array.isArray(bundle.files))
    return { kind: "bundle", bundle };
  const wanted = await readJson<WantedWeights>("weights-wanted.json");
  if (wanted === null || !("tensors" in wanted)) return null;
  const owed = wanted.tensors.filter(({ optional }) => optional !== true);
  const bytes = owed.reduce((sum, { shape }) => sum + 4 * shape.reduce((product, side) => product * side, 1), 0);
  return { kind: "no-weights", net: wanted.net, tensors: owed.length, bytes };
}

/** Null where it is not there or is something else: what is wrong with a bundle, its module says better. */
async function readJson<Value>(path: string): Promise<Value | null> {
  try {
    const response = await fetch(path);
    return response.ok ? ((await response.json()) as Value) : null;
  } catch {
    return null;
  }
}

/** `21 classes · 537 MB of weights (float32)` */
export function factLine({ outputs, weights, inputs }: BundleFacts): string {
  const heads =
    outputs.length === 1
      ? `${outputs[0]?.classes ?? 0} classes`
      : outputs.map(({ name, classes }) => `${name}: ${classes} classes`).join(", ");
  const bytes = weights.reduce((sum, weight) => sum + weight.bytes, 0);
  const types = [...new Set(weights.map(({ type }) => type))].join(", ");
  const given = inputs.length === 1 ? [] : [`${inputs.length} inputs`];
  return [...given, heads, `${megabytes(bytes)} of weights${types === "" ? "" : ` (${types})`}`].join(" · ");
}

export function megabytes(bytes: number): string {
  if (bytes < 1e6) return `${Math.ceil(bytes / 1e3)} kB`;
  return `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB`;
}
