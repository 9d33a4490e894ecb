import type { OperationOf, Pair } from "../../src/model/plan.js";
import type { Graph } from "./graph.js";
import { attribute } from "./model-json.js";

/** Pads a map: `top` = [top, left], `end` = [bottom, right]. */
export function pad(graph: Graph, name: string, value: string, start: Pair, end: Pair, by: number): string {
  const paddings = graph.pairs([
    [0, 0],
    [start[0], end[0]],
    [start[1], end[1]],
    [0, 0],
  ]);
  return graph.node(name, "PadV2", [value, paddings, graph.floats(by)], types);
}

/** The plan's `pad`, by a constant or by reflection about the outermost pixel. */
export function padOperation(graph: Graph, name: string, value: string, operation: OperationOf<"pad">): string {
  const { vertical, horizontal, mode } = operation;
  if (mode === "constant")
    return pad(graph, name, value, [vertical[0], horizontal[0]], [vertical[1], horizontal[1]], operation.value);
  const paddings = graph.pairs([[0, 0], vertical, horizontal, [0, 0]]);
  return graph.node(name, "MirrorPad", [value, paddings], { ...types, mode: attribute.text("REFLECT") });
}

const types = { T: attribute.type("float32"), Tpaddings: attribute.type("int32") };
