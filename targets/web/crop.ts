import type { Pair } from "../../src/model/plan.js";
import type { Graph } from "./graph.js";
import { attribute } from "./model-json.js";

/** Cuts a map to `size`, an int32 [4] known at run time, from `offset` = [y, x] on. */
export function crop(graph: Graph, name: string, value: string, offset: Pair, size: string): string {
  return graph.node(name, "Slice", [value, graph.integers([0, ...offset, 0]), size], {
    T: attribute.type("float32"),
    Index: attribute.type("int32"),
  });
}
