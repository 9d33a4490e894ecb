/**
 * The plan's tensors in a bundle of fcnc. Its graph has them under other names, in other layouts, and some only as the
 * matrices of an interpolation; `userDefinedMetadata.fcnc.tensors` says where each of them is.
 */
import { bilinear } from "../init.js";
import type { WeightsError } from "../errors.js";
import type { TensorInfo } from "../source.js";
import type { ReadLimits } from "./limits.js";
import { shorten } from "./names.js";
import { scatter, type Order } from "./reordered.js";
import { elementsOf } from "./stored.js";
import { isRecord, isTexts, type ManifestTensor } from "./tfjs-manifest.js";

/** In `userDefinedMetadata.fcnc.tensors`, by the tensor's name. */
export type BundledTensor =
  /** Constants of the graph, which hold its rows one after another: [kh, kw, I, O] for OIHW, and [C] for [C]. */
  | { readonly shape: readonly number[]; readonly constants: readonly string[] }
  /** Bilinear interpolation on the channel diagonal, in so many groups: the graph resizes instead. */
  | { readonly shape: readonly number[]; readonly bilinear: number };

/** A tensor of the plan. */
export interface PlanTensor extends TensorInfo {
  readonly parts: readonly { readonly constant: ManifestTensor; readonly order: Order }[];
  /** Groups of a bilinear kernel, or null. */
  readonly bilinear: number | null;
}

/**
 * The tensors of the plan, or null where the model does not name them.
 * @param about `userDefinedMetadata.fcnc`
 */
export function planTensors(
  about: unknown,
  constants: ReadonlyMap<string, ManifestTensor>,
  limits: ReadLimits,
  fail: (what: string) => WeightsError,
): Map<string, PlanTensor> | null {
  const table = isRecord(about) ? about["tensors"] : undefined;
  if (table === undefined) return null;
  if (!isRecord(table) || Object.keys(table).length > limits.tensors) throw fail("its list of tensors cannot be read");
  const tensors = new Map<string, PlanTensor>();
  for (const [name, entry] of Object.entries(table)) {
    const found = isRecord(entry) ? planTensor(name, entry, constants, limits) : null;
    if (found === null) throw fail(`its weights do not hold tensor \`${shorten(name)}\` as it says`);
    tensors.set(name, found);
  }
  return tensors;
}

function planTensor(
  name: string,
  { shape, constants: names, bilinear: groups }: Readonly<Record<string, unknown>>,
  constants: ReadonlyMap<string, ManifestTensor>,
  limits: ReadLimits,
): PlanTensor | null {
  if (!isSizes(shape) || (shape.length !== 1 && shape.length !== 4) || elementsOf(shape) > limits.elements) return null;
  if (groups !== undefined) {
    const [rows = 0] = shape;
    if (!Number.isSafeInteger(groups) || (groups as number) < 1 || shape.length !== 4) return null;
    if (rows % (groups as number) !== 0) return null;
    return { name, shape, dtype: "F32", parts: [], bilinear: groups as number, stored: "bilinear interpolation" };
  }
  // One constant for two parts would make much out of little.
  if (!isTexts(names) || new Set(names).size < names.length) return null;
  const parts: { constant: ManifestTensor; order: Order }[] = [];
  let first = 0;
  for (const constantName of names) {
    const constant = constants.get(constantName);
    const order = constant?.dtype === "F32" ? orderOf(shape, constant.shape, first) : null;
    if (constant === undefined || order === null) return null;
    parts.push({ constant, order });
    first += order.shape.reduce((product, size, axis) => product * Math.ceil(size / (order.steps[axis] ?? 1)), 1);
  }
  if (first !== elementsOf(shape)) return null;
  const stored = parts[0]?.constant.stored;
  return { name, shape, dtype: "F32", parts, bilinear: null, ...(stored === undefined ? {} : { stored }) };
}

/** How a constant lies in a tensor from element `first` on: a vector, or rows of [A, B, kh, kw] as [kh, kw, B, rows]. */
function orderOf(shape: readonly number[], constant: readonly number[], first: number): Order | null {
  if (shape.length === 1) return constant.length === 1 ? { shape: constant, strides: [1], steps: [1], first } : null;
  const [, inner = 0, height = 0, width = 0] = shape;
  const [down = 0, across = 0, ...rest] = constant;
  const steps = [stepOf(height, down), stepOf(width, across)];
  const [vertical, horizontal] = steps;
  const rows = elementsOf(rest) / inner;
  if (constant.length !== 4 || vertical == null || horizontal == null || !Number.isSafeInteger(rows)) return null;
  return {
    shape: [down, across, inner, rows],
    strides: [width, 1, height * width, inner * height * width],
    steps: [vertical, horizontal, 1, 1],
    first,
  };
}

/** The distance of a kernel's taps where it is written with zeros between them. */
function stepOf(taps: number, written: number): number | null {
  if (taps === written) return 1;
  const step = (written - 1) / (taps - 1);
  return Number.isSafeInteger(step) && step > 0 ? step : null;
}

/**
 * All of a tensor that lies in constants.
 * @param into as many zeros
 * @param read fills a piece with elements of a constant, from an element on
 */
export async function fillFromConstants(
  { parts }: PlanTensor,
  into: Uint8Array,
  read: (constant: ManifestTensor, start: number, piece: Uint8Array) => Promise<void>,
): Promise<void> {
  for (const { constant, order } of parts)
    await scatter((start, piece) => read(constant, start / 4, piece), order, 4, into);
}

/** Elements of a bilinear kernel from `start` on. */
export function fillBilinear(shape: readonly number[], groups: number, start: number, into: Uint8Array): void {
  const value = bilinear(shape, groups);
  const values = new DataView(into.buffer, into.byteOffset, into.byteLength);
  for (let index = 0; index < into.length / 4; index++) values.setFloat32(4 * index, value(start + index), true);
}

function isSizes(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && (size as number) >= 1);
}
