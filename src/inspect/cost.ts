/**
 * What layers cost. Multiply-accumulates are those of convolutions and deconvolutions, the latter counted dense, zeros
 * of a bilinear kernel included; everything else is small beside them. Numbers are 32-bit floats.
 */
import { layerKinds } from "../layers/index.js";
import type { NodeGeometry } from "../model/geometry.js";
import type { Operation, Plan, PlanLayer, Tensor } from "../model/plan.js";
import { formula, sameSize, type Size } from "../model/size.js";
import type { Extents } from "./measure.js";

export const BYTES_PER_VALUE = 4;

/** `each` for every unit of a map of this height and width. */
export interface Term {
  readonly each: number;
  readonly height: Size;
  readonly width: Size;
  /** The operation whose value has that height and width. */
  readonly of: string;
}

export function elements(shape: readonly number[]): number {
  return shape.reduce((product, side) => product * side, 1);
}

/**
 * Multiply-accumulates of an operation: each weight of a kernel is used once for each unit of a convolution's output,
 * and of a deconvolution's input.
 */
export function workOf(
  operation: Operation,
  geometry: ReadonlyMap<string, NodeGeometry>,
  tensors: ReadonlyMap<string, Tensor>,
): Term | null {
  if (operation.op !== "conv" && operation.op !== "deconv" && operation.op !== "upsample") return null;
  const weight = tensors.get(operation.weight);
  const of = operation.op === "conv" ? operation.name : (operation.inputs[0] ?? "");
  const map = geometry.get(of);
  return weight && map ? { each: elements(weight.shape), height: map.y.size, width: map.x.size, of } : null;
}

/** What the terms come to at a size, exactly. */
export function totalOf(terms: readonly Term[], extents: Extents): bigint {
  let total = 0n;
  for (const { each, of } of terms) {
    const [height = 0, width = 0] = extents.get(of) ?? [];
    total += BigInt(each) * BigInt(height) * BigInt(width);
  }
  return total;
}

/** `1728 * (H + 198) * (W + 198) + 36864 * ...`: one product for each area. */
export function formulaOf(terms: readonly Term[]): string {
  const areas = new Map<string, { each: number; readonly height: Size; readonly width: Size }[]>();
  for (const { each, height, width } of terms) {
    // Sizes of one text may differ in what a long formula leaves out.
    const text = `${factor(height)} * ${factor(width)}`;
    const alike = areas.get(text) ?? [];
    areas.set(text, alike);
    const same = alike.find((area) => sameSize(area.height, height) && sameSize(area.width, width));
    if (same) same.each += each;
    else alike.push({ each, height, width });
  }
  const products = [...areas].flatMap(([text, alike]) => alike.map(({ each }) => `${each} * ${text}`));
  return products.length === 0 ? "0" : products.join(" + ");
}

function factor(size: Size): string {
  const text = formula(size);
  const whole = size.kind !== "step" || size.divide !== 1n || (size.multiply !== 1n && size.add === 0n);
  return whole ? text : `(${text})`;
}

/**
 * Layers that need no memory of their own: Caffe runs activations and dropout in place, which it may wherever nothing
 * else reads the value that they change. Each kind says in its own file whether it may.
 */
export function inPlaceLayers(plan: Plan): ReadonlySet<string> {
  const readers = new Map<string, number>();
  const read = (name: string): void => void readers.set(name, (readers.get(name) ?? 0) + 1);
  for (const { inputs } of plan.operations) inputs.forEach(read);
  for (const { value } of plan.outputs) read(value);
  const inputs = new Set(plan.inputs.map(({ name }) => name));
  const inPlace = new Set<string>();
  const kinds = new Map(plan.layers.map(({ name, kind }) => [name, kind]));
  for (const { layer, inputs: sources } of plan.operations) {
    const [source = ""] = sources;
    const may = layerKinds.get(kinds.get(layer) ?? "")?.inPlace === true;
    if (may && readers.get(source) === 1 && !inputs.has(source)) inPlace.add(layer);
  }
  return inPlace;
}

/** Inputs are not counted: they are there before the net runs. */
export function holdsActivations(layer: PlanLayer, inPlace: ReadonlySet<string>): boolean {
  return layer.kind !== "input" && !inPlace.has(layer.name);
}
