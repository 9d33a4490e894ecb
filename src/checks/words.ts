/** Phrases that several checks share: where a map lies, and which layers brought it there. */
import type { Label, Span } from "../diagnostics/diagnostic.js";
import { axes, type AxisName } from "../model/geometry.js";
import type { GraphNode } from "../model/graph.js";
import { compare, subtract, toString, type Rational } from "../model/rational.js";
import { canBeAllowed, type Meeting } from "../passes/align.js";
import type { Failure } from "../passes/prove.js";
import type { Facts } from "./check.js";

/** `19` where both axes agree, else `[19, 27]`. */
export function pairText(y: string, x: string): string {
  return y === x ? y : `[${y}, ${x}]`;
}

/** The axes on which something holds, as words to put after it: nothing where it holds on both. */
export function axisText(found: readonly AxisName[]): string {
  if (found.length !== 1) return "";
  return found[0] === "y" ? " vertically" : " horizontally";
}

export function axesWhere(holds: (axis: AxisName) => boolean): AxisName[] {
  return axes.filter(holds);
}

export function nodeName(facts: Facts, index: number): string {
  return facts.graph.nodes[index]?.name ?? "?";
}

/** What happens at a node where sizes fail, as the end of a sentence. */
export function failureText(facts: Facts, { node, cause, meeting }: Failure): string {
  if (cause === "reflection")
    return `the map is too small for the padding by reflection of \`${nodeName(facts, node)}\``;
  if (cause === "empty" || !meeting) return `the map of \`${nodeName(facts, node)}\` is empty`;
  const own = nodeName(facts, meeting.own);
  const reference = nodeName(facts, meeting.reference);
  return cause === "crop"
    ? `\`${own}\` is too small to be cropped to \`${reference}\``
    : `\`${own}\` and \`${reference}\` differ in size`;
}

/** The innermost place of a node that is in the net's own file, so that messages point at what the user wrote. */
export function siteOf(node: GraphNode, file: string): Span {
  if (node.place.call.file === file) return node.place.call;
  return node.place.sites.find((site) => site.file === file) ?? node.place.call;
}

/**
 * Where the maps of a meeting lie, each at the layer that made it, and the padding that moved them most. Strides are
 * named where they are what is wrong. A layer is named where the line shown is not its own.
 */
export function whereTheyLie(facts: Facts, meeting: Meeting, strides = false): Label[] {
  const labels: Label[] = [];
  for (const index of [meeting.own, meeting.reference]) {
    const node = facts.graph.nodes[index];
    const geometry = facts.geometry[index];
    if (!node || !geometry || (node.kind === "input" && !strides)) continue;
    const [y, x] = [geometry.y.grid, geometry.x.grid];
    if (!y || !x) continue;
    const origin = pairText(toString(y.origin), toString(x.origin));
    const stride = pairText(toString(y.stride), toString(x.stride));
    const inside = node.place.call.file !== facts.graph.file || node.place.sites.length > 0;
    const lies = strides ? `stride ${stride}` : `unit 0 is centred on image pixel ${origin}`;
    labels.push({
      span: siteOf(node, facts.graph.file),
      message: inside ? `\`${node.name}\`: ${lies}` : lies,
    });
  }
  // In a block of the same file, the call that is pointed at may stand for several uses.
  const { call, sites } = meeting.node.place;
  const use = sites.at(-1);
  if (use && call.file === facts.graph.file) labels.push({ span: use, message: "in this use" });
  const shift = strides ? null : largestShift(facts, meeting.own);
  if (shift) labels.push(shift);
  return labels;
}

/** Why a comment cannot allow what is wrong with how two maps lie, or undefined where one can. */
export function whyNot(meeting: Meeting): string | undefined {
  return canBeAllowed(meeting) ? undefined : "it needs an `offset` of at least 0, at which it is then made";
}

interface Shift {
  readonly span: Span;
  readonly shift: Rational;
}

/** By graph and node: the padding upstream that moves its grid furthest. */
const shifts = new WeakMap<Facts, readonly (Shift | null)[]>();

function largestShift(facts: Facts, from: number): Label | null {
  const known = shifts.get(facts) ?? shiftsOf(facts);
  shifts.set(facts, known);
  const best = known[from];
  return best ? { span: best.span, message: `shifts the grid by ${toString(best.shift)} px` } : null;
}

function shiftsOf({ graph, geometry }: Facts): (Shift | null)[] {
  const found: (Shift | null)[] = [];
  for (const node of graph.nodes) {
    const input = node.kind === "layer" ? (node.inputs[0] ?? -1) : -1;
    const above = found[input] ?? null;
    const before = geometry[input]?.y.grid;
    const after = geometry[node.id]?.y.grid;
    const span = node.place.settings["pad"] ?? node.place.arguments["pad"];
    const shift = before && after && span ? subtract(after.origin, before.origin) : zero;
    found.push(span && compare(shift, above?.shift ?? zero) < 0 ? { span, shift } : above);
  }
  return found;
}

const zero: Rational = { numerator: 0n, denominator: 1n };

export function isWhole(value: Rational): boolean {
  return value.denominator === 1n;
}
