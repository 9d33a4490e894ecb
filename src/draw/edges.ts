/** How values go between units: inside one, along a lane, or across rows. */
import type { CropMark, DrawNode } from "./node.js";
import type { PlacedLane, Row } from "./rows.js";
import type { Element, Unit } from "./unit.js";

/** A map in its place. */
export interface Seat {
  readonly node: DrawNode;
  readonly element: Element;
  readonly unit: Unit;
  readonly placed: PlacedLane;
  /** Index of the row. */
  readonly row: number;
}

export interface Edge {
  readonly from: Seat;
  readonly to: Seat;
  readonly crop: CropMark | null;
  /** Whether it leaves or enters at the end of a lane, beside the map, instead of above or below it. */
  readonly leavesAside: boolean;
  readonly entersAside: boolean;
}

export function seatsOf(rows: readonly Row[]): ReadonlyMap<string, Seat> {
  const seats = new Map<string, Seat>();
  rows.forEach((row, index) => {
    for (const placed of row)
      for (const unit of placed.units) {
        for (const node of unit.runs.flat()) {
          const element = unit.elements.find((other) => other.node === node) ?? dotsOf(unit);
          if (element) seats.set(node.name, { node, element, unit, placed, row: index });
        }
      }
  });
  return seats;
}

function dotsOf({ elements }: Unit): Element | undefined {
  return elements.find(({ node }) => node === null) ?? elements[0];
}

/** The edges that are not drawn by standing in a row. */
export function edgesAcross(seats: ReadonlyMap<string, Seat>): Edge[] {
  const edges: Edge[] = [];
  for (const to of seats.values()) {
    for (const link of to.node.links) {
      const from = seats.get(link.from);
      if (!from || isNext(from, to)) continue;
      const entersAside = to.node === to.placed.lane.nodes[0] && !to.placed.isSide && link === to.node.links[0];
      const leavesAside = from.node === from.placed.lane.nodes.at(-1) && !from.placed.isSide;
      const sameRow = from.row === to.row;
      edges.push({
        from,
        to,
        crop: link.crop,
        leavesAside: leavesAside && !sameRow,
        entersAside: entersAside && !sameRow,
      });
    }
  }
  return edges;
}

function isNext(from: Seat, to: Seat): boolean {
  const { nodes } = to.placed.lane;
  return from.placed === to.placed && nodes.indexOf(from.node) + 1 === nodes.indexOf(to.node);
}

/** The middle of a map, from the left edge of its unit. */
export function portOf({ element }: Seat): number {
  return element.left + element.figure.width / 2;
}
