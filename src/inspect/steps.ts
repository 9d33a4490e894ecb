/** One axis of a path, line by line: each step says what a layer makes of the size and grid before it. */
import { axes, type Axis, type AxisName } from "../model/geometry.js";
import { transferOf } from "../model/plan-geometry.js";
import type { Operation } from "../model/plan.js";
import { add, equals, multiply, rational, type Rational } from "../model/rational.js";
import { formula, sameSize } from "../model/size.js";
import { fieldDerivation, originDerivation, sizeDerivation, written } from "./derivation.js";
import type { PlanIndex } from "./path.js";
import { wordingOf } from "./wording.js";

/** A quantity with the numbers that it was computed from, or null where it stays as it was. */
export interface Derived {
  readonly derivation: string | null;
  readonly value: string;
}

/** One layer, or several alike in a row that move nothing. */
export interface Step {
  readonly layers: readonly string[];
  readonly does: string;
  readonly stride: string;
  /** The input coordinate of unit 0's centre. */
  readonly origin: Derived;
  /** Input pixels that one unit sees. */
  readonly field: Derived;
  /** Derived from `n`, the size of the step before. */
  readonly size: Derived;
  /** The size at the size of input that was asked for, or null. */
  readonly pixels: number | null;
}

/** The steps of a path; `before` is the operation that its first one takes. Layers that change nothing are left out. */
export function stepsAlong(path: readonly Operation[], axis: AxisName, index: PlanIndex): Step[] {
  const steps: Step[] = [];
  for (let i = 0; i < path.length; i++) {
    const operation = path[i] as Operation;
    if (isSilent(operation)) continue;
    let last = i;
    const step = stepOf(operation, operation, 1, axis, index);
    let count = 1;
    if (movesNothing(operation, axis, index)) {
      for (let next = i + 1; next < path.length; next++) {
        const candidate = path[next] as Operation;
        if (isSilent(candidate)) continue;
        if (!movesNothing(candidate, axis, index) || wording(candidate, index) !== step.does) break;
        last = next;
        count++;
      }
    }
    if (count === 1) steps.push(step);
    else {
      const merged = stepOf(operation, path[last] as Operation, count, axis, index);
      const layers = path.slice(i, last + 1).filter((member) => !isSilent(member));
      steps.push({ ...merged, layers: layers.map(({ layer }) => layer), does: `${count} x ${step.does}` });
    }
    i = last;
  }
  return steps;
}

/** An operation alone, whatever it does. */
export function lastStep(operation: Operation, axis: AxisName, index: PlanIndex): Step {
  return stepOf(operation, operation, 1, axis, index);
}

/** `first` to `last` are `count` operations alike. */
function stepOf(first: Operation, last: Operation, count: number, axis: AxisName, index: PlanIndex): Step {
  const after = axisOf(last, axis, index);
  const sources = first.inputs.map((name) => index.geometry.get(name)?.[axis]);
  return {
    layers: [first.layer],
    does: wording(first, index),
    stride: known(after.grid?.stride),
    origin: { derivation: originOf(first, sources[0], axis, index), value: known(after.grid?.origin) },
    field: { derivation: after.grid && fieldOf(first, sources, axis, count), value: known(after.grid?.field) },
    size: { derivation: sizeOf(first, axis, index), value: formula(after.size) },
    pixels: index.extents?.get(last.name)?.[axes.indexOf(axis)] ?? null,
  };
}

/** A map that is resized to a size, or pooled as a whole, lies on no grid that holds for every input. */
function known(value: Rational | undefined): string {
  return value ? written(value) : "unknown";
}

function originOf(operation: Operation, source: Axis | undefined, axis: AxisName, index: PlanIndex): string | null {
  if (!source) return null;
  if (operation.op !== "crop") {
    return originDerivation(transferOf(operation, axisIndex(axis)), source.grid, axisOf(operation, axis, index).grid);
  }
  const offset = operation.offset[axisIndex(axis)];
  const [before, after] = [source.grid, axisOf(operation, axis, index).grid];
  if (offset === 0 || !before || !after) return null;
  // A crop that was allowed to lie otherwise counts as lying where its reference lies: nothing leads there.
  const reached = add(before.origin, multiply(before.stride, rational(offset)));
  return equals(reached, after.origin) ? `${written(before.origin)} + ${written(before.stride)} * ${offset}` : null;
}

function fieldOf(
  operation: Operation,
  sources: readonly (Axis | undefined)[],
  axis: AxisName,
  count: number,
): string | null {
  const [source, ...others] = sources;
  if (!source || operation.op === "crop") return null;
  if (others.length === 0 || operation.op === "resize")
    return fieldDerivation(transferOf(operation, axisIndex(axis)), source.grid, count);
  const fields = sources.flatMap((each) => (each?.grid ? [written(each.grid.field)] : []));
  return new Set(fields).size === 1 ? null : `max(${fields.join(", ")})`;
}

function sizeOf(operation: Operation, axis: AxisName, index: PlanIndex): string | null {
  const isLike = operation.op === "crop" || (operation.op === "resize" && operation.factor === null);
  if (!isLike) return sizeDerivation(transferOf(operation, axisIndex(axis)));
  const [own, reference] = operation.inputs.map((name) => index.geometry.get(name)?.[axis].size);
  return own && reference && sameSize(own, reference) ? null : `that of ${referenceOf(operation, index)}`;
}

/** Neither crop nor merge, and without any effect on size and grid. */
function isSilent(operation: Operation): boolean {
  return (
    operation.inputs.length === 1 && operation.op !== "pad" && transferOf(operation, axisIndex("y")).rule === "same"
  );
}

/** Size, stride and origin stay; the field may grow. Crops and merges are landmarks and stand for themselves. */
function movesNothing(operation: Operation, axis: AxisName, index: PlanIndex): boolean {
  const [name = "", other] = operation.inputs;
  const source = index.geometry.get(name)?.[axis];
  if (!source || other !== undefined) return false;
  const { size, grid } = axisOf(operation, axis, index);
  if (!grid || !source.grid) return false;
  return (
    sameSize(size, source.size) && equals(grid.stride, source.grid.stride) && equals(grid.origin, source.grid.origin)
  );
}

export function wording(operation: Operation, index: PlanIndex): string {
  return wordingOf(operation, index.layers.get(operation.layer)?.kind ?? "", referenceOf(operation, index));
}

function referenceOf(operation: Operation, index: PlanIndex): string {
  return index.operations.get(operation.inputs[1] ?? "")?.layer ?? "";
}

export function axisOf(operation: Operation, axis: AxisName, index: PlanIndex): Axis {
  const geometry = index.geometry.get(operation.name);
  if (!geometry) throw new Error(`the geometry of ${operation.name} is unknown`);
  return geometry[axis];
}

function axisIndex(axis: AxisName): 0 | 1 {
  return axis === "y" ? 0 : 1;
}
