/** How the maps that meet at crops and merges lie to one another, and where they are cut. */
import { axes, type Alignment, type AxisName, type Geometry } from "../model/geometry.js";
import { statedOffset, type Graph, type LayerNode } from "../model/graph.js";
import type { Pair } from "../model/plan.js";
import { divide, equals, isInteger, subtract, toNumber } from "../model/rational.js";

/** One map of a crop or merge against the one that it has to match. */
export interface Meeting {
  readonly node: LayerNode;
  readonly kind: "crop" | "merge";
  /** The node whose value is cropped or merged, and the reference. */
  readonly own: number;
  readonly reference: number;
  readonly y: Alignment;
  readonly x: Alignment;
  /**
   * True where a person allowed whatever is wrong with how the maps lie: a crop is then made at its stated offset and a
   * merge combines its maps unit by unit. The result counts as lying where the reference lies.
   */
  readonly allowed: boolean;
}

/** What can be wrong with how two maps lie, by the code that tells of it. */
export type Misfit =
  "crop-grid" | "stride-mismatch" | "half-pixel-shift" | "grid-shift" | "crop-bounds" | "crop-offset";

/** All meetings of nodes whose geometry is known, in order. */
export function align(graph: Graph, geometry: Geometry): readonly Meeting[] {
  const meetings: Meeting[] = [];
  for (const node of graph.nodes) {
    if (node.kind !== "layer" || node.layer.inputs === "one" || node.layer.inputs === "target") continue;
    if (node.layer.role === "crop") {
      const [own = -1, reference = -1] = node.inputs;
      const meeting = meet(node, "crop", own, reference, geometry);
      if (meeting) meetings.push(meeting);
      continue;
    }
    const [reference = -1, ...others] = node.inputs;
    for (const own of others) {
      const meeting = meet(node, "merge", own, reference, geometry);
      if (meeting) meetings.push(meeting);
    }
  }
  return meetings;
}

function meet(
  node: LayerNode,
  kind: Meeting["kind"],
  own: number,
  reference: number,
  geometry: Geometry,
): Meeting | null {
  const a = geometry[own];
  const b = geometry[reference];
  if (!a || !b) return null;
  const alignment = (axis: AxisName): Alignment => {
    const [own, reference] = [a[axis].grid, b[axis].grid];
    if (!own || !reference) return { strides: null, offset: null };
    const strides = [own.stride, reference.stride] as const;
    const offset = equals(...strides) ? divide(subtract(reference.origin, own.origin), strides[0]) : null;
    return { strides, offset };
  };
  return { node, kind, own, reference, y: alignment("y"), x: alignment("x"), allowed: false };
}

/**
 * What is wrong on one axis, or null. Maps that are merged may lie on no known grid: a warning tells of those, and their
 * sizes are proved to agree.
 */
export function misfitOn(meeting: Meeting, axis: AxisName): Misfit | null {
  const { strides, offset } = meeting[axis];
  const isCrop = meeting.kind === "crop";
  if (!strides) return isCrop ? "crop-grid" : null;
  if (!offset) return "stride-mismatch";
  if (!isInteger(offset)) return "half-pixel-shift";
  if (isCrop) return offset.numerator < 0n ? "crop-bounds" : null;
  return offset.numerator === 0n ? null : "grid-shift";
}

/** All that is wrong, as it is told: beside a fraction of a unit, whole ones are not. */
export function misfitsOf(meeting: Meeting): readonly Misfit[] {
  const found = new Set(axes.flatMap((axis) => misfitOn(meeting, axis) ?? []));
  if (found.has("half-pixel-shift")) for (const whole of ["grid-shift", "crop-bounds"] as const) found.delete(whole);
  return contradicts(meeting) ? ["crop-offset"] : [...found];
}

/** Whether a net is left when what is wrong is allowed: a crop wants the offset at which it is then made. */
export function canBeAllowed({ kind, node }: Meeting): boolean {
  return kind === "merge" || (statedOffset(node)?.every((units) => units >= 0) ?? false);
}

/** The offset that puts the map on its reference's grid, or null where no whole number of at least 0 does. */
export function derivedOffset(meeting: Meeting): Pair | null {
  const offsets = axes.map((axis) => {
    const { offset } = meeting[axis];
    return offset && isInteger(offset) ? toNumber(offset) : null;
  });
  const [y, x] = offsets;
  return y == null || x == null || y < 0 || x < 0 ? null : [y, x];
}

/** Whether an offset was written that is not the derived one. */
export function contradicts(meeting: Meeting): boolean {
  const derived = derivedOffset(meeting);
  const stated = statedOffset(meeting.node);
  return derived !== null && stated !== null && (stated[0] !== derived[0] || stated[1] !== derived[1]);
}

/** The offset at which a crop is made: the derived one, or a stated one where it was allowed that no other fits. */
export function appliedOffset(meeting: Meeting): Pair | null {
  if (misfitsOf(meeting).length === 0) return derivedOffset(meeting);
  return meeting.allowed ? statedOffset(meeting.node) : null;
}
