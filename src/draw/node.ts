/** What a picture is made of: maps, and how values go from one to the next. */
import type { InspectLayer } from "../inspect/report.js";
import type { Pair } from "../model/plan.js";
import type { Look } from "./look.js";

export interface DrawNode {
  readonly name: string;
  readonly look: Look;
  readonly layer: InspectLayer;
  /** `conv 3x3 pad 1 +relu` */
  readonly does: string;
  /** What stands in the circle of a fusion. */
  readonly sign: string;
  readonly links: readonly Link[];
  /** The names of the outputs whose value it is. */
  readonly outputs: readonly string[];
  /** The maps inside a block, in the order in which they are computed; the last one is its value. */
  readonly parts: readonly DrawNode[];
}

/** Where a value comes from, and the crop that it passes on its way. */
export interface Link {
  readonly from: string;
  readonly crop: CropMark | null;
}

export interface CropMark {
  readonly name: string;
  readonly offset: Pair;
}

/** Units of input pixels between two units of the map, of both axes together; null where it has no exact grid. */
export function strideOf({ layer: { grid } }: DrawNode): number | null {
  return grid && Math.sqrt(fraction(grid.y.stride) * fraction(grid.x.stride));
}

function fraction(text: string): number {
  const [numerator = "1", denominator = "1"] = text.split("/");
  return Number(numerator) / Number(denominator);
}

/** Who takes a node's value. */
export function readersOf(nodes: readonly DrawNode[]): ReadonlyMap<string, readonly DrawNode[]> {
  const readers = new Map<string, DrawNode[]>(nodes.map(({ name }) => [name, []]));
  for (const node of nodes) for (const { from } of node.links) readers.get(from)?.push(node);
  return readers;
}
