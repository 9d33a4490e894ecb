/** A net laid out: its maps, and where they and the lines between them lie. */
import { isFault } from "../inspect/fault.js";
import { fixedSize, type InputSize } from "../inspect/input-size.js";
import { inspect, type InspectReport } from "../inspect/report.js";
import type { Plan } from "../model/plan.js";
import { contains } from "../model/size-set.js";
import { gatherBlocks } from "./blocks.js";
import { columnsOf, type Columns } from "./columns.js";
import { edgesAcross, seatsOf, type Edge } from "./edges.js";
import { drawNodes } from "./fold.js";
import { heightsOf, type Heights } from "./heights.js";
import { lanesOf } from "./lanes.js";
import type { DrawNode } from "./node.js";
import { rowsOf, type Row } from "./rows.js";
import { scaleOf } from "./scale.js";

export interface Layout {
  readonly nodes: readonly DrawNode[];
  readonly rows: readonly Row[];
  readonly edges: readonly Edge[];
  readonly columns: Columns;
  /** With everything below the given height. */
  readonly heightsFrom: (top: number) => Heights;
  /** The size for which heights are drawn, or null where they follow strides. */
  readonly sample: InputSize | null;
}

/** `report` is what the picture's labels say: of the net at `size`, or in formulas. */
export function layOut(plan: Plan, report: InspectReport, size: InputSize | null): Layout {
  const sample = sampleSize(plan, size);
  const sampled = sample && inspect(plan, sample);
  const shown = sampled && !isFault(sampled) ? sampled : null;
  const nodes = gatherBlocks(drawNodes(plan, report));
  const rows = rowsOf(lanesOf(nodes), nodes, scaleOf(nodes, shown));
  const edges = edgesAcross(seatsOf(rows));
  const columns = columnsOf(rows, edges);
  const heightsFrom = (top: number): Heights => heightsOf(rows, edges, columns, top);
  return { nodes, rows, edges, columns, heightsFrom, sample: shown && sample };
}

const USUAL = 512;
const FARTHEST = 2048;

/** The size asked for, or one at which the net works, near 512. */
function sampleSize(plan: Plan, size: InputSize | null): InputSize | null {
  const fixed = size ?? fixedSize(plan);
  if (fixed) return fixed;
  const sideOf = (side: string | number): number => {
    if (typeof side === "number") return side;
    const valid = plan.validFor[side];
    if (!valid) return USUAL;
    for (let pixels = USUAL; pixels < FARTHEST; pixels++) if (contains(valid, pixels)) return pixels;
    return valid.smallest ?? USUAL;
  };
  const [first] = plan.inputs;
  return first ? { height: sideOf(first.height), width: sideOf(first.width) } : null;
}
