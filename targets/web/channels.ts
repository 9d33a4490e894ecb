import type { Graph } from "./graph.js";
import { attribute } from "./model-json.js";

/** Equal parts of the channels, in order. */
export function split(graph: Graph, layer: string, value: string, parts: number): string[] {
  const node = graph.node(graph.part(layer, "split"), "Split", [graph.integers(3), value], {
    T: attribute.type("float32"),
    num_split: attribute.integer(parts),
  });
  return Array.from({ length: parts }, (_, part) => (part === 0 ? node : `${node}:${part}`));
}

/** Maps of one size after one another along the channels. */
export function concat(graph: Graph, name: string, values: readonly string[]): string {
  return graph.node(name, "ConcatV2", [...values, graph.integers(3)], {
    T: attribute.type("float32"),
    Tidx: attribute.type("int32"),
    N: attribute.integer(values.length),
  });
}
