/** How values come from the input: the paths along which grids and sizes are derived, and where two of them part. */
import type { NodeGeometry } from "../model/geometry.js";
import { planGeometry } from "../model/plan-geometry.js";
import type { Operation, Plan, PlanLayer } from "../model/plan.js";
import type { Extents } from "./measure.js";

export interface PlanIndex {
  readonly plan: Plan;
  readonly geometry: ReadonlyMap<string, NodeGeometry>;
  readonly operations: ReadonlyMap<string, Operation>;
  readonly layers: ReadonlyMap<string, PlanLayer>;
  /** The last operation of each layer. */
  readonly valueOf: ReadonlyMap<string, Operation>;
  /** Null without a size. */
  readonly extents: Extents | null;
}

export function indexOf(plan: Plan): PlanIndex {
  return {
    plan,
    geometry: planGeometry(plan),
    operations: new Map(plan.operations.map((operation) => [operation.name, operation])),
    layers: new Map(plan.layers.map((layer) => [layer.name, layer])),
    valueOf: new Map(plan.operations.map((operation) => [operation.layer, operation])),
    extents: null,
  };
}

/** From the input to the operation along first inputs, which give size and grid. */
export function pathTo(operation: Operation, { operations }: PlanIndex): Operation[] {
  const path: Operation[] = [];
  for (let at: Operation | undefined = operation; at; at = operations.get(at.inputs[0] ?? "")) path.push(at);
  return path.reverse();
}

/** What all the paths begin with. */
export function commonTrunk(paths: readonly (readonly Operation[])[]): Operation[] {
  const [first = [], ...others] = paths;
  const parting = first.findIndex((operation, i) => others.some((path) => path[i] !== operation));
  return parting < 0 ? [...first] : first.slice(0, parting);
}

/** A map that is cropped to another one or merged with it. */
export interface Encounter {
  readonly own: Operation;
  readonly reference: Operation;
  /** The layer that crops it, or null where it must lie on the reference's grid already. */
  readonly crop: Operation | null;
}

/** What an operation holds against one another; a crop implied by a merge (`fuse/crop`) counts as part of it. */
export function encountersOf(operation: Operation, { operations }: PlanIndex): Encounter[] {
  const [first, ...others] = operation.inputs.flatMap((name) => operations.get(name) ?? []);
  if (!first) return [];
  if (operation.op === "resize") return [];
  if (operation.op === "crop") return others.map((reference) => ({ own: first, reference, crop: operation }));
  return others.map((other) => {
    const implied = other.op === "crop" && other.layer.startsWith(`${operation.layer}/`);
    const own = implied ? operations.get(other.inputs[0] ?? "") : other;
    return { own: own ?? other, reference: first, crop: implied ? other : null };
  });
}
