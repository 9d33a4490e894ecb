/**
 * Units: maps of one stride that stand side by side with one label. A change of stride, a crop on the line, or a kernel
 * that takes away more than a few rows starts a new one.
 */
import { structureOf } from "./blocks.js";
import { labelOf, labelSize, type Label } from "./label.js";
import type { Lane } from "./lanes.js";
import { strideOf, type CropMark, type DrawNode } from "./node.js";
import { figureOf, type Figure, type Scale } from "./scale.js";

/** Maps alike, one after the other: `conv5_1–3`. */
export type Run = readonly DrawNode[];

export interface Element {
  /** Null for the dots that stand for maps left out. */
  readonly node: DrawNode | null;
  readonly figure: Figure;
  /** Its left edge from the unit's. */
  readonly left: number;
}

export interface Unit {
  readonly runs: readonly Run[];
  readonly elements: readonly Element[];
  readonly label: Label;
  readonly side: "top" | "bottom" | "right";
  /** Where the label begins, from the unit's left edge, if lines down from its maps keep it from standing in the middle. */
  readonly labelLeft: number | null;
  /** In pixels, label included. */
  readonly width: number;
  /** The crop on the line into it. */
  readonly crop: CropMark | null;
}

/** Rows that a map may lose to a kernel without padding and still stand with the one before, at the size drawn. */
const SMALL_LOSS = 4;
const MOST_ALIKE = 6;
const MOST_DRAWN = 12;
const GAP = 4;

export function unitsOf(lane: Lane, side: Unit["side"], scale: Scale, tapped: ReadonlySet<string>): Unit[] {
  const groups: DrawNode[][] = [];
  for (const node of lane.nodes) {
    const group = groups.at(-1);
    const before = group?.at(-1);
    if (group && before && standTogether(before, node, scale)) group.push(node);
    else groups.push([node]);
  }
  return groups.map((group, i) => {
    const before = groups[i - 1]?.at(-1)?.name;
    return unitOf(group, lane.direction, side, scale, tapped, before);
  });
}

function standTogether(before: DrawNode, node: DrawNode, scale: Scale): boolean {
  if (before.look === "input" || node.look === "crop") return false;
  const link = node.links.find(({ from }) => from === before.name);
  if (link?.crop) return false;
  const [a, b] = [strideOf(before), strideOf(node)];
  if (a !== null && b !== null && Math.abs(a - b) > 1e-9) return false;
  return Math.abs(scale.heightOf(before) - scale.heightOf(node)) <= SMALL_LOSS;
}

function unitOf(
  nodes: readonly DrawNode[],
  direction: 1 | -1,
  side: Unit["side"],
  scale: Scale,
  tapped: ReadonlySet<string>,
  before: string | undefined,
): Unit {
  const runs = runsOf(nodes, tapped);
  const drawn = thinned(runs.flatMap(drawnOf), tapped);
  const figures = (direction === 1 ? drawn : drawn.toReversed()).map((node) => ({
    node,
    figure: figureOf(node, scale),
  }));
  const label = labelOf(runs);
  const text = labelSize(label);
  const gaps = figures.map(({ figure }, i) => (i === 0 ? 0 : gapBetween(figures[i - 1]?.figure ?? figure, figure)));
  const own = figures.reduce((sum, { figure }, i) => sum + figure.width + (gaps[i] ?? 0), 0);
  const deepest = figures.at(-1)?.figure.depth ?? 0;
  const aside = side === "bottom" ? figures.findLastIndex(({ node }) => node !== null && tapped.has(node.name)) : -1;
  const upTo = figures.slice(0, aside + 1).reduce((sum, { figure }, i) => sum + figure.width + (gaps[i] ?? 0), 0);
  const labelLeft = aside < 0 ? null : upTo - (figures[aside]?.figure.width ?? 0) / 2 + 8;
  const beside = side === "right" ? own + deepest + 6 : (labelLeft ?? 0);
  const width = Math.max(own + deepest, beside + text.width);
  let left = beside > 0 ? 0 : (width - own - deepest) / 2;
  const elements = figures.map(({ node, figure }, i) => {
    left += gaps[i] ?? 0;
    const element = { node, figure, left };
    left += figure.width;
    return element;
  });
  const crop = nodes[0]?.links.find(({ from }) => from === before)?.crop ?? null;
  return { runs, elements, label, side, labelLeft, width, crop };
}

/** Slabs stand close together, each before the side of the one to its left; circles keep clear of that side. */
function gapBetween(left: Figure, right: Figure): number {
  return right.shape === "slab" ? GAP : left.depth + GAP;
}

function runsOf(nodes: readonly DrawNode[], tapped: ReadonlySet<string>): Run[] {
  const runs: DrawNode[][] = [];
  for (const node of nodes) {
    const run = runs.at(-1);
    const last = run?.at(-1);
    if (run && last && isAlike(last, node) && !tapped.has(last.name)) run.push(node);
    else runs.push([node]);
  }
  return runs;
}

function isAlike(a: DrawNode, b: DrawNode): boolean {
  if (a.look !== b.look || a.layer.channels !== b.layer.channels || a.layer.kind !== b.layer.kind) return false;
  if (a.look === "fuse" || a.outputs.length > 0 || b.outputs.length > 0) return false;
  return a.look !== "block" || structureOf(a) === structureOf(b);
}

/** All maps of a short run; of a long one the first ones, dots, and the last. */
function drawnOf(run: Run): (DrawNode | null)[] {
  return run.length <= MOST_ALIKE ? [...run] : [...run.slice(0, 3), null, ...run.slice(-1)];
}

/** Where too many maps stand together, those are left out that nothing else takes. */
function thinned(drawn: readonly (DrawNode | null)[], tapped: ReadonlySet<string>): (DrawNode | null)[] {
  if (drawn.length <= MOST_DRAWN) return [...drawn];
  const kept = drawn.map((node, i) =>
    i < 4 || i >= drawn.length - 2 || (node && (tapped.has(node.name) || node.outputs.length > 0)) ? node : null,
  );
  return kept.filter((node, i) => node !== null || kept[i - 1] !== null);
}
