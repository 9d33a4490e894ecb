import type { Graph } from "./graph.js";
import { attribute, TYPES } from "./proto.js";

/** Height and width of a map [1, C, H, W], as an int64 vector of two. */
export function extent(graph: Graph, layer: string, value: string): string {
  return graph.node(graph.part(layer, "extent"), "Shape", [value], {
    start: attribute.integer(2),
    end: attribute.integer(4),
  });
}

/** Height (axis 0) or width (axis 1) of a map, as an int64 vector of one. */
export function length(graph: Graph, layer: string, part: string, value: string, axis: 0 | 1): string {
  return graph.node(graph.part(layer, part), "Shape", [value], {
    start: attribute.integer(2 + axis),
    end: attribute.integer(3 + axis),
  });
}

/** factor * value + term, int64. */
export function affine(graph: Graph, layer: string, part: string, value: string, factor: number, term: number): string {
  const scaled = factor === 1 ? value : graph.node(graph.part(layer, part), "Mul", [value, graph.integers([factor])]);
  return term === 0 ? scaled : graph.node(graph.part(layer, part), "Add", [scaled, graph.integers([term])]);
}

/** 0, 1, ... of a length that is known at run time, int64. */
export function indices(graph: Graph, layer: string, part: string, count: string): string {
  const scalar = graph.node(graph.part(layer, `${part}/count`), "Squeeze", [count]);
  const zero = graph.node(graph.part(layer, `${part}/zero`), "Squeeze", [graph.integers([0])]);
  const one = graph.node(graph.part(layer, `${part}/one`), "Squeeze", [graph.integers([1])]);
  return graph.node(graph.part(layer, part), "Range", [zero, scalar, one]);
}

/** The same as float32. */
export function ramp(graph: Graph, layer: string, part: string, count: string): string {
  return toFloat(graph, layer, part, indices(graph, layer, `${part}/indices`, count));
}

export function toFloat(graph: Graph, layer: string, part: string, value: string): string {
  return graph.node(graph.part(layer, part), "Cast", [value], { to: attribute.integer(TYPES.float32) });
}
