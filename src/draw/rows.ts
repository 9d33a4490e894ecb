/**
 * Rows: lanes one under another. A short lane of one stride, such as the scoring of a skip, stands in a row of its own
 * on the way to where it is fused, together with the others that lead to the same lane.
 */
import type { Lane } from "./lanes.js";
import { readersOf, strideOf, type DrawNode } from "./node.js";
import type { Scale } from "./scale.js";
import { unitsOf, type Unit } from "./unit.js";

export interface PlacedLane {
  readonly lane: Lane;
  readonly units: readonly Unit[];
  /** A short lane that is entered from above and left below, its label beside it. */
  readonly isSide: boolean;
}

/** Lanes that stand side by side. */
export type Row = readonly PlacedLane[];

const LONGEST_SIDE = 3;

export function rowsOf(lanes: readonly Lane[], nodes: readonly DrawNode[], scale: Scale): Row[] {
  const table = new Map(nodes.map((node) => [node.name, node]));
  const position = new Map(nodes.map((node, i) => [node.name, i]));
  const laneOf = new Map(lanes.flatMap((lane) => lane.nodes.map((node) => [node.name, lane] as const)));
  const readers = readersOf(nodes);
  const tapped = new Set(nodes.map(({ name }) => name).filter(isTapped));
  const place = (lane: Lane, isSide: boolean): PlacedLane => {
    const side = isSide ? "right" : lane.direction === 1 ? "top" : "bottom";
    return { lane, units: unitsOf(lane, side, scale, tapped), isSide };
  };
  const sides = lanes.filter((lane) => isSide(lane) && place(lane, true).units.length === 1);
  const mains = lanes.filter((lane) => !sides.includes(lane));
  const sideRow = (some: readonly Lane[]): Row[] =>
    some.length === 0 ? [] : [some.toSorted((a, b) => startOf(a) - startOf(b)).map((lane) => place(lane, true))];
  return mains.flatMap((main, i) => {
    const near = sides.filter(
      (side) => (mains.includes(goalOf(side) ?? side) ? goalOf(side) : mainSource(side)) === main,
    );
    const isAbove = (side: Lane): boolean => goalOf(side) === main && mains.indexOf(mainSource(side)) < i;
    return [...sideRow(near.filter(isAbove)), [place(main, false)], ...sideRow(near.filter((side) => !isAbove(side)))];
  });

  function isTapped(name: string): boolean {
    const own = laneOf.get(name);
    return (readers.get(name) ?? []).some((reader) => laneOf.get(reader.name) !== own);
  }

  function startOf({ nodes: [first] }: Lane): number {
    return position.get(first?.links[0]?.from ?? "") ?? 0;
  }

  /** The one lane that the value goes to, or null where it is an output. */
  function goalOf({ nodes: own }: Lane): Lane | null {
    const [next] = readers.get(own.at(-1)?.name ?? "") ?? [];
    return (next && laneOf.get(next.name)) ?? null;
  }

  /** The lane that it comes from, by way of others such as it where there are any. */
  function mainSource(lane: Lane): Lane {
    let source = lane;
    while (sides.includes(source)) source = laneOf.get(source.nodes[0]?.links[0]?.from ?? "") ?? source;
    return source;
  }

  function isSide({ nodes: own }: Lane): boolean {
    const [first] = own;
    const source = first && table.get(first.links[0]?.from ?? "");
    if (!first || !source || source.look === "input" || first.look === "fuse" || own.length > LONGEST_SIDE)
      return false;
    const last = own.at(-1);
    const ends = (readers.get(last?.name ?? "") ?? []).length + (last?.outputs.length ?? 0);
    return strideOf(source) === strideOf(first) && ends === 1;
  }
}
