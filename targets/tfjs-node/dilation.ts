import { FLOAT, INT, type NativeAttribute, type NativeGraph } from "./graph.js";

type Attributes = Readonly<Record<string, NativeAttribute>>;

export const isDilated = (attributes: Attributes): boolean =>
  integers(attributes, "dilations").some((size) => size > 1);

/**
 * A convolution with dilation d and stride 1 as d x d plain ones: every d-th row and column of the padded map is a map of
 * its own, an image of a larger batch. The map is padded to a multiple of d, and what that adds is cut off at the end.
 */
export function dilatedConvolution(
  graph: NativeGraph,
  name: string,
  value: string,
  filter: string,
  attributes: Attributes,
): string {
  const [, down = 1, across = 1] = integers(attributes, "dilations");
  const block = graph.integers([down, across]);
  const pad = padOf(graph, attributes, filter, name, block);
  const size = graph.node(
    `${name}/size`,
    "Slice",
    [graph.shapeOf(value, `${name}/shape`), graph.integers([1]), graph.integers([2])],
    { T: INT, Index: INT },
  );
  const twice = graph.typed(`${name}/margins`, "AddV2", [pad, pad], INT);
  const padded = graph.typed(`${name}/padded`, "AddV2", [size, twice], INT);
  // What is missing to a multiple of the block: (-n) mod d.
  const negative = graph.typed(`${name}/negative`, "Neg", [padded], INT);
  const extra = graph.typed(`${name}/extra`, "FloorMod", [negative, block], INT);
  const end = graph.typed(`${name}/end`, "AddV2", [pad, extra], INT);
  const pairs = (part: string, before: string, after: string) =>
    graph.node(`${name}/${part}`, "Pack", [before, after], { T: INT, N: { i: "2" }, axis: { i: "1" } });

  const paddings = pairs("paddings", pad, end);
  const blocks = graph.node(`${name}/blocks`, "SpaceToBatchND", [value, block, paddings], { T: FLOAT });
  const plain = graph.node(`${name}/plain`, "Conv2D", [blocks, filter], {
    ...attributes,
    dilations: { list: { i: ["1", "1", "1", "1"] } },
    padding: { s: btoa("VALID") },
    explicit_paddings: { list: {} },
  });
  const crops = pairs("crops", graph.integers([0, 0]), extra);
  return graph.node(name, "BatchToSpaceND", [plain, block, crops], { T: FLOAT });
}

/** [y, x] on each side. SAME is half of what a window extends over, as stride is 1 and kernels are odd there. */
function padOf(graph: NativeGraph, attributes: Attributes, filter: string, name: string, block: string): string {
  const how = attributes["padding"];
  const text = how !== undefined && "s" in how ? atob(how.s) : "";
  if (text === "VALID") return graph.integers([0, 0]);
  if (text === "EXPLICIT") {
    const [, , top = 0, , left = 0] = integers(attributes, "explicit_paddings");
    return graph.integers([top, left]);
  }
  const shape = graph.shapeOf(filter, `${name}/filter_shape`);
  const kernel = graph.node(`${name}/kernel`, "Slice", [shape, graph.integers([0]), graph.integers([2])], {
    T: INT,
    Index: INT,
  });
  const less = graph.typed(`${name}/kernel_less`, "Sub", [kernel, graph.integers(1)], INT);
  const span = graph.typed(`${name}/span`, "Mul", [less, block], INT);
  return graph.typed(`${name}/half`, "FloorDiv", [span, graph.integers(2)], INT);
}

function integers(attributes: Attributes, key: string): number[] {
  const value = attributes[key];
  return value !== undefined && "list" in value ? (value.list.i ?? []).map(Number) : [];
}
