/** How far a map lies from where a resize to another map's size puts it. */
import { axes, type Axis, type AxisName, type NodeGeometry } from "../model/geometry.js";
import { planGeometry } from "../model/plan-geometry.js";
import type { Plan } from "../model/plan.js";
import { add, compare, multiply, rational, subtract, toString, type Rational } from "../model/rational.js";
import { evaluate } from "../model/size.js";

export interface InspectResize {
  readonly layer: string;
  /** The layer whose size it takes. */
  readonly reference: string;
  /** In input pixels, exact; null without a size, and for a map that lies nowhere, as one that was pooled globally. */
  readonly shift: { readonly y: string; readonly x: string } | null;
}

/** The geometry at one size, at which all sizes are fixed and so all grids exact but those of maps that lie nowhere. */
export function geometryAt(plan: Plan, symbols: ReadonlyMap<string, number>): ReadonlyMap<string, NodeGeometry> {
  const fixed = (side: string | number): number => (typeof side === "number" ? side : (symbols.get(side) ?? 1));
  const inputs = plan.inputs.map((input) => ({ ...input, height: fixed(input.height), width: fixed(input.width) }));
  return planGeometry({ ...plan, inputs });
}

/**
 * Sizes as formulas, with grids that hold for every size or else at the one of `exact`. Fields are those at that size,
 * as merged maps without a grid have theirs there.
 */
export function withGrids(
  geometry: ReadonlyMap<string, NodeGeometry>,
  exact: ReadonlyMap<string, NodeGeometry> | null,
): ReadonlyMap<string, NodeGeometry> {
  if (!exact) return geometry;
  const axisWith = (own: Axis, at: Axis | undefined): Axis => {
    const field = at?.grid?.field;
    return { ...own, grid: own.grid && field ? { ...own.grid, field } : (own.grid ?? at?.grid ?? null) };
  };
  const both = [...geometry].map(([name, own]): [string, NodeGeometry] => {
    const at = exact.get(name);
    return [name, { ...own, y: axisWith(own.y, at?.y), x: axisWith(own.x, at?.x) }];
  });
  return new Map(both);
}

/** `geometry` is that at a size, or null. */
export function resizesOf(plan: Plan, geometry: ReadonlyMap<string, NodeGeometry> | null): InspectResize[] {
  const layerOf = new Map(plan.operations.map(({ name, layer }) => [name, layer]));
  return plan.operations.flatMap(({ op, name, layer, inputs }) => {
    const [, to] = inputs;
    if (op !== "resize" || to === undefined) return [];
    const [own, reference] = [geometry?.get(name), geometry?.get(to)];
    const [y, x] = axes.map((axis) => own && reference && largestShift(own, reference, axis));
    const shift = y && x ? { y: toString(y), x: toString(x) } : null;
    return [{ layer, reference: layerOf.get(to) ?? to, shift }];
  });
}

/** Both maps have as many units. The distance of unit j from unit j is linear in j, so it is largest at an end. */
function largestShift(own: NodeGeometry, reference: NodeGeometry, axis: AxisName): Rational | null {
  const [a, b] = [own[axis], reference[axis]];
  const ends = [0, evaluate(b.size, 0) - 1].flatMap((unit) => distance(a, b, unit) ?? []);
  return ends.reduce<Rational | null>((most, each) => (most && compare(most, each) >= 0 ? most : each), null);
}

function distance(a: Axis, b: Axis, unit: number): Rational | null {
  if (!a.grid || !b.grid) return null;
  const [own, reference] = [a.grid, b.grid].map(({ origin, stride }) => add(origin, multiply(stride, rational(unit))));
  const apart = own && reference && subtract(own, reference);
  if (!apart) return null;
  return apart.numerator < 0n ? multiply(apart, rational(-1)) : apart;
}
