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
  /** True where a person allowed a stated offset that is not the derived one, so that it holds. */
  readonly statedHolds: boolean;
}

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
  return { node, kind, own, reference, y: alignment("y"), x: alignment("x"), statedHolds: false };
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

/** The offset at which a crop is made: the derived one, unless a stated one contradicts it, which must be allowed. */
export function appliedOffset(meeting: Meeting): Pair | null {
  if (!contradicts(meeting)) return derivedOffset(meeting);
  const stated = statedOffset(meeting.node);
  return meeting.statedHolds && stated && stated[0] >= 0 && stated[1] >= 0 ? stated : null;
}
