import type { OperationOf, Pair } from "../../src/model/plan.js";
import type { Graph } from "./graph.js";
import { attribute } from "./proto.js";

/** Pads a map [1, C, H, W]: `start` = [top, left], `end` = [bottom, right]. */
export function pad(graph: Graph, name: string, value: string, start: Pair, end: Pair, by: number): string {
  return graph.node(name, "Pad", [value, graph.integers([0, 0, ...start, 0, 0, ...end]), graph.floats([by], [])], {
    mode: attribute.text("constant"),
  });
}

/** The plan's `pad`, by a constant or by reflection about the outermost pixel. */
export function padOperation(graph: Graph, name: string, value: string, operation: OperationOf<"pad">): string {
  const { vertical, horizontal, mode } = operation;
  const start: Pair = [vertical[0], horizontal[0]];
  const end: Pair = [vertical[1], horizontal[1]];
  if (mode === "constant") return pad(graph, name, value, start, end, operation.value);
  return graph.node(name, "Pad", [value, graph.integers([0, 0, ...start, 0, 0, ...end])], {
    mode: attribute.text("reflect"),
  });
}
