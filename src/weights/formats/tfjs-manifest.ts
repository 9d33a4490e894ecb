/**
 * The list of weights in a `model.json` of TF.js, graph and layers models alike: groups of tensors, whose bytes lie one
 * after another in the group's files (tfjs-core/src/io/types.ts).
 */

import type { TensorInfo } from "../source.js";

export interface WeightsGroup {
  readonly paths: readonly string[];
  readonly weights: readonly WeightSpec[];
}

export interface WeightSpec {
  readonly name: string;
  readonly shape: readonly number[];
  /** Of the tensor that it becomes: `float32`, `int32`, `bool`. */
  readonly dtype: string;
  /** How it is stored where that is another type. */
  readonly quantization?: object;
}

/** How a weight is stored: `scale * stored + min`, or as halves. */
export type Quantization =
  { readonly dtype: "float16" } | { readonly dtype: "uint8" | "uint16"; readonly scale: number; readonly min: number };

/** A weight of the manifest as it is read. */
export interface ManifestTensor extends TensorInfo {
  /** Bytes from the start of the first shard. */
  readonly begin: number;
  readonly quantization: Quantization | null;
}

/** Bytes of an element in the file. Strings are not among them: no net has such weights. */
const ELEMENT_BYTES: Readonly<Record<string, number | undefined>> = { float32: 4, int32: 4, bool: 1, complex64: 8 };
export const QUANTIZED_BYTES = { float16: 2, uint16: 2, uint8: 1 } as const;

/** Makes the error that is thrown, of half a sentence. */
export type Fail = (what: string) => Error;

/**
 * A manifest whose parts are all there, and whose weights have believable sizes and types.
 * @throws what `fail` makes
 */
export function checkManifest(manifest: unknown, fail: Fail): readonly WeightsGroup[] {
  if (!Array.isArray(manifest)) throw fail("it has no list of weights");
  for (const group of manifest as readonly unknown[]) {
    if (!isRecord(group) || !isTexts(group["paths"]) || !Array.isArray(group["weights"]))
      throw fail("its list of weights cannot be read");
    for (const spec of group["weights"] as readonly unknown[]) checkSpec(spec, fail);
  }
  return manifest as readonly WeightsGroup[];
}

function checkSpec(spec: unknown, fail: Fail): void {
  if (!isRecord(spec) || typeof spec["name"] !== "string") throw fail("it has a weight without a name");
  const { name, shape, quantization } = spec;
  if (!Array.isArray(shape) || !shape.every((size) => Number.isSafeInteger(size) && (size as number) >= 0))
    throw fail(`the shape of weight \`${name}\` cannot be read`);
  if (weightBytes(spec as unknown as WeightSpec) === null)
    throw fail(`weight \`${name}\` is of a type that is not known`);
  if (!isRecord(quantization) || quantization["dtype"] === "float16") return;
  if (!Number.isFinite(quantization["scale"]) || !Number.isFinite(quantization["min"]))
    throw fail(`weight \`${name}\` does not say what its stored numbers stand for`);
}

/** Bytes of a weight in its file, or null for a type that is not known. */
export function weightBytes({ shape, dtype, quantization }: WeightSpec): number | null {
  const stored = isRecord(quantization) ? String(quantization["dtype"]) : null;
  const table: Readonly<Record<string, number | undefined>> = stored === null ? ELEMENT_BYTES : QUANTIZED_BYTES;
  const name = stored ?? dtype;
  const size = Object.hasOwn(table, name) ? table[name] : undefined;
  return size === undefined ? null : shape.reduce((product, length) => product * length, size);
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}
