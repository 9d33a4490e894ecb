/** How large maps are drawn: heights and widths by logarithms, so that 1/32 of the input and 4096 channels have room. */
import type { InspectReport } from "../inspect/report.js";
import { strideOf, type DrawNode } from "./node.js";

export interface Figure {
  readonly shape: "slab" | "circle" | "dots";
  /** Of the front, in pixels. */
  readonly width: number;
  readonly height: number;
  /** How far the slab goes back: to the right and up. */
  readonly depth: number;
}

export interface Scale {
  /** Rows of the map at the size that heights are drawn for. */
  readonly heightOf: (node: DrawNode) => number;
  /** In pixels. */
  readonly drawnHeight: (node: DrawNode) => number;
  readonly tallest: number;
}

const LOWEST = 16;
const TALLEST = 104;
const MOST_FOR_DOUBLE = 17;
const REFERENCE = 512;

/** `report` is of the net at some size; without one, heights follow strides. */
export function scaleOf(nodes: readonly DrawNode[], report: InspectReport | null): Scale {
  const heights = new Map(report?.layers.map(({ name, height }) => [name, height]));
  const heightOf = (node: DrawNode): number => heights.get(node.name) ?? REFERENCE / (strideOf(node) ?? 32);
  const logs = nodes.map((node) => Math.log2(Math.max(1, heightOf(node))));
  const least = Math.min(...logs);
  const most = Math.max(...logs);
  const double = Math.min(MOST_FOR_DOUBLE, (TALLEST - LOWEST) / Math.max(1, most - least));
  const lowest = most - least < 3 ? 40 : LOWEST;
  const drawnHeight = (node: DrawNode): number =>
    Math.round(lowest + double * (Math.log2(Math.max(1, heightOf(node))) - least));
  return { heightOf, drawnHeight, tallest: Math.round(lowest + double * (most - least)) };
}

export function figureOf(node: DrawNode | null, scale: Scale): Figure {
  if (node === null) return { shape: "dots", width: 22, height: 10, depth: 0 };
  if (node.look === "fuse") return { shape: "circle", width: 20, height: 20, depth: 0 };
  const height = scale.drawnHeight(node);
  const width = Math.round(4 + 2 * Math.log2(Math.max(2, node.layer.channels)));
  return { shape: "slab", width, height, depth: Math.round(4 + height * 0.08) };
}
