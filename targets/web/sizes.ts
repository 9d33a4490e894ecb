import type { Graph } from "./graph.js";
import { attribute } from "./model-json.js";

/**
 * Sizes that are known at run time alone. The graph holds for every input size, so a shape is computed from the shape
 * of another value: `Shape`, products and sums of int32 vectors.
 */

/** The shape of a value, int32 [4]. */
export function shapeNode(graph: Graph, layer: string, value: string): string {
  return graph.node(graph.part(layer, "shape"), "Shape", [value], {
    T: attribute.type("float32"),
    out_type: attribute.type("int32"),
  });
}

/** One number of a shape, int32 scalar. */
export function dimension(graph: Graph, layer: string, part: string, shape: string, axis: number): string {
  return graph.node(
    graph.part(layer, part),
    "StridedSlice",
    [shape, graph.integers([axis]), graph.integers([axis + 1]), graph.integers([1])],
    {
      T: attribute.type("int32"),
      Index: attribute.type("int32"),
      begin_mask: attribute.integer(0),
      end_mask: attribute.integer(0),
      ellipsis_mask: attribute.integer(0),
      new_axis_mask: attribute.integer(0),
      shrink_axis_mask: attribute.integer(1),
    },
  );
}

/** `a * factor + term` in int32, leaving out what changes nothing. Both may be scalars or vectors. */
export function affine(
  graph: Graph,
  layer: string,
  part: string,
  value: string,
  factor: number | readonly number[],
  term: number | readonly number[],
): string {
  const type = { T: attribute.type("int32") };
  let result = value;
  if ([factor].flat().some((number) => number !== 1))
    result = graph.node(graph.part(layer, `${part}/times`), "Mul", [result, graph.integers(factor)], type);
  if ([term].flat().some((number) => number !== 0))
    result = graph.node(graph.part(layer, part), "AddV2", [result, graph.integers(term)], type);
  return result;
}

/** [1, height and width of `reference`, channels] as int32 [4]: the size that a Slice is asked for. */
export function sizeLike(graph: Graph, layer: string, reference: string, channels: number): string {
  const shape = shapeNode(graph, layer, reference);
  return affine(graph, layer, "size", shape, [1, 1, 1, 0], [0, 0, 0, channels]);
}

/** int32 scalars and numbers put together as a shape. */
export function pack(graph: Graph, layer: string, part: string, sizes: readonly (string | number)[]): string {
  const input = sizes.map((size) => (typeof size === "number" ? graph.integers(size) : size));
  return graph.node(graph.part(layer, part), "Pack", input, {
    T: attribute.type("int32"),
    N: attribute.integer(input.length),
    axis: attribute.integer(0),
  });
}

export function reshape(graph: Graph, name: string, value: string, shape: string): string {
  return graph.node(name, "Reshape", [value, shape], {
    T: attribute.type("float32"),
    Tshape: attribute.type("int32"),
  });
}

/** 0, 1, ... size - 1 as float32 [size]. Exact up to 2^24. */
export function ramp(graph: Graph, layer: string, part: string, size: string): string {
  const range = graph.node(graph.part(layer, `${part}/range`), "Range", [graph.integers(0), size, graph.integers(1)], {
    Tidx: attribute.type("int32"),
  });
  return graph.node(graph.part(layer, part), "Cast", [range], {
    SrcT: attribute.type("int32"),
    DstT: attribute.type("float32"),
    Truncate: attribute.flag(false),
  });
}

/** Elementwise operation of two float32 values. */
export function arithmetic(
  graph: Graph,
  name: string,
  op: "AddV2" | "Mul" | "Sub" | "RealDiv" | "Minimum" | "Maximum",
  left: string,
  right: string,
): string {
  return graph.node(name, op, [left, right], { T: attribute.type("float32") });
}
