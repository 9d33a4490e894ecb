/**
 * Lanes: chains of maps that are drawn in a row. A net goes right while it gets coarser and back left while it gets
 * finer again, so that maps of one stride come to lie under one another and skips become vertical.
 */
import { readersOf, strideOf, type DrawNode, type Link } from "./node.js";

export interface Lane {
  readonly nodes: readonly DrawNode[];
  /** How often the way from the input has turned: even lanes go right, odd ones left. */
  readonly phase: number;
  readonly direction: 1 | -1;
}

/** The nodes are in an order in which they can be computed. */
export function lanesOf(nodes: readonly DrawNode[]): Lane[] {
  const readers = readersOf(nodes);
  const { phases, mains } = waysOf(nodes);
  const heights = new Map<string, number>();
  for (const node of nodes.toReversed()) {
    const next = readers.get(node.name) ?? [];
    heights.set(
      node.name,
      next.reduce((most, reader) => Math.max(most, 1 + (heights.get(reader.name) ?? 0)), 0),
    );
  }
  const order = new Map(nodes.map((node, i) => [node.name, i]));
  const byHeight = (a: DrawNode, b: DrawNode): number =>
    (heights.get(b.name) ?? 0) - (heights.get(a.name) ?? 0) || (order.get(a.name) ?? 0) - (order.get(b.name) ?? 0);
  const successor = (node: DrawNode): DrawNode | undefined =>
    (readers.get(node.name) ?? [])
      .filter((reader) => mains.get(reader.name) === node.name && phases.get(reader.name) === phases.get(node.name))
      .sort(byHeight)[0];
  const placed = new Set<string>();
  const lanes: Lane[] = [];
  for (const start of nodes) {
    if (placed.has(start.name)) continue;
    const chain: DrawNode[] = [];
    for (let node: DrawNode | undefined = start; node && !placed.has(node.name); node = successor(node)) {
      chain.push(node);
      placed.add(node.name);
    }
    const phase = phases.get(start.name) ?? 0;
    lanes.push({ nodes: chain, phase, direction: phase % 2 === 0 ? 1 : -1 });
  }
  return lanes
    .map((lane, i) => ({ lane, i }))
    .sort((a, b) => a.lane.phase - b.lane.phase || a.i - b.i)
    .map(({ lane }) => lane);
}

interface Ways {
  readonly phases: Map<string, number>;
  /** Steps from the input on the longest way. */
  readonly depths: Map<string, number>;
  /** The input along which a lane goes on. */
  readonly mains: Map<string, string>;
}

function waysOf(nodes: readonly DrawNode[]): Ways {
  const table = new Map(nodes.map((node) => [node.name, node]));
  const ways: Ways = { phases: new Map(), depths: new Map(), mains: new Map() };
  for (const node of nodes) {
    const main = mainLink(node, ways);
    const before = main && table.get(main.from);
    const phase = Math.max(0, ...node.links.map(({ from }) => ways.phases.get(from) ?? 0));
    ways.depths.set(node.name, 1 + Math.max(-1, ...node.links.map(({ from }) => ways.depths.get(from) ?? 0)));
    ways.phases.set(node.name, phase + (before && turns(before, node, phase) ? 1 : 0));
    if (main) ways.mains.set(node.name, main.from);
  }
  return ways;
}

/** The input that has come furthest: of a skip and the map that it joins, the latter. */
function mainLink({ links }: DrawNode, { phases, depths }: Ways): Link | null {
  const rank = ({ from }: Link): number => (phases.get(from) ?? 0) * 1e6 + (depths.get(from) ?? 0);
  return links.reduce<Link | null>((best, link) => (best === null || rank(link) > rank(best) ? link : best), null);
}

function turns(before: DrawNode, node: DrawNode, phase: number): boolean {
  const [a, b] = [strideOf(before), strideOf(node)];
  if (a === null || b === null) return false;
  return phase % 2 === 0 ? b < a : b > a;
}
