/**
 * For which input sizes every map is there, every crop fits and merged maps agree: decided for all sizes, not sampled.
 *
 * Each node inherits the failing sizes of its inputs and adds its own, so what is new at a node is what it is to blame
 * for. Failing sizes are kept by size symbol; the two axes never mix.
 */
import { sizesWhereCropMisfits, sizesWhereEmpty, sizesWhereUnequal, type Decision } from "../model/decide.js";
import { axes, type AxisName, type Geometry } from "../model/geometry.js";
import type { Graph, GraphNode } from "../model/graph.js";
import { floorAffine, symbolOf, sameSize, type Size } from "../model/size.js";
import {
  allSizes,
  complement,
  emptySet,
  intersect,
  isEmpty,
  isUndecided,
  union,
  type Verdict,
} from "../model/size-set.js";
import { appliedOffset, misfitOn, type Meeting } from "./align.js";

/** Sizes of one symbol at which a node fails. */
export interface Failure {
  readonly node: number;
  readonly axis: AxisName;
  /** Null where sizes are fixed, so that it fails always. */
  readonly symbol: string | null;
  readonly cause: "empty" | "reflection" | "crop" | "unequal" | "symbols";
  /** What this node adds, within the sizes that the inputs admit. */
  readonly added: Verdict;
  /** With what its inputs fail at already. */
  readonly total: Verdict;
  readonly meeting: Meeting | null;
}

export interface Proof {
  readonly failures: readonly Failure[];
  /** The sizes at which all outputs are there, by symbol, within the sizes that the inputs admit. */
  readonly validFor: ReadonlyMap<string, Verdict>;
}

type FailingSizes = ReadonlyMap<string, Verdict>;
const none: FailingSizes = new Map();

export function prove(graph: Graph, geometry: Geometry, meetings: readonly Meeting[]): Proof {
  const failures: Failure[] = [];
  const failing: FailingSizes[] = [];
  const meetingsOf = new Map<number, Meeting[]>();
  for (const meeting of meetings) {
    const same = meetingsOf.get(meeting.node.id);
    if (same) same.push(meeting);
    else meetingsOf.set(meeting.node.id, [meeting]);
  }
  for (const node of graph.nodes) {
    const inherited = node.kind === "layer" ? inherit(node.inputs.map((input) => failing[input] ?? none)) : none;
    let sizes = inherited;
    for (const own of ownFailures(node, geometry, meetingsOf.get(node.id) ?? [])) {
      const { symbol } = own;
      if (symbol === null) {
        failures.push({ ...own, node: node.id, added: own.sizes, total: own.sizes });
        continue;
      }
      const before = sizes.get(symbol) ?? emptySet;
      const domain = graph.domain.get(symbol) ?? allSizes;
      const added = intersect(intersect(own.sizes, complement(before)), domain);
      if (!isUndecided(added) && isEmpty(added)) continue;
      const total = union(before, added);
      failures.push({ ...own, node: node.id, added, total });
      sizes = new Map(sizes).set(symbol, total);
    }
    failing.push(sizes);
  }
  const validFor = new Map<string, Verdict>();
  for (const [symbol, domain] of graph.domain) {
    let failed: Verdict = emptySet;
    for (const output of graph.outputs) failed = union(failed, failing[output.node]?.get(symbol) ?? emptySet);
    validFor.set(symbol, intersect(domain, complement(failed)));
  }
  return { failures, validFor };
}

function inherit(inputs: readonly FailingSizes[]): FailingSizes {
  const [first = none, ...others] = inputs;
  let all: FailingSizes = first;
  for (const other of others) {
    if (other === all) continue;
    const merged = new Map(all);
    for (const [symbol, sizes] of other) merged.set(symbol, union(merged.get(symbol) ?? emptySet, sizes));
    all = merged;
  }
  return all;
}

interface OwnFailure {
  readonly axis: AxisName;
  readonly symbol: string | null;
  readonly cause: Failure["cause"];
  readonly sizes: Verdict;
  readonly meeting: Meeting | null;
}

function ownFailures(node: GraphNode, geometry: Geometry, meetings: readonly Meeting[]): OwnFailure[] {
  const own = geometry[node.id];
  if (!own || node.kind === "input") return [];
  const found: OwnFailure[] = [];
  for (const axis of axes) {
    if (meetings.length === 0) {
      const input = geometry[node.inputs[0] ?? -1];
      const rule = node.layer.transfer?.(node.settings, axis === "y" ? 0 : 1);
      if (!rule && node.layer.role !== "dense") continue;
      if (input && rule?.rule === "padding" && rule.reflects) {
        // Beside its outermost unit the map needs as many as are mirrored.
        const beside = floorAffine(input[axis].size, 1, -Math.max(rule.before, rule.after), 1);
        push(found, axis, "reflection", input[axis].size, sizesWhereEmpty(beside), null);
        continue;
      }
      if (input && sameSize(input[axis].size, own[axis].size)) continue;
      push(found, axis, "empty", own[axis].size, sizesWhereEmpty(own[axis].size), null);
    }
    for (const meeting of meetings) {
      const whole = geometry[meeting.own]?.[axis];
      const part = geometry[meeting.reference]?.[axis];
      if (!whole || !part) continue;
      if (meeting.kind === "crop") {
        const applied = appliedOffset(meeting);
        if (!applied) continue;
        const start = applied[axis === "y" ? 0 : 1];
        push(found, axis, "crop", part.size, sizesWhereCropMisfits(whole.size, start, part.size), meeting);
      } else if (meeting.allowed || !misfitOn(meeting, axis))
        push(found, axis, "unequal", part.size, sizesWhereUnequal(whole.size, part.size), meeting);
    }
  }
  return found;
}

function push(
  found: OwnFailure[],
  axis: AxisName,
  cause: Failure["cause"],
  size: Size,
  decision: Decision,
  meeting: Meeting | null,
): void {
  if ("differentSymbols" in decision) {
    found.push({ axis, symbol: null, cause: "symbols", sizes: allSizes, meeting });
    return;
  }
  if (!isUndecided(decision) && isEmpty(decision)) return;
  found.push({ axis, symbol: symbolOf(size), cause, sizes: decision, meeting });
}
