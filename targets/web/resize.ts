import type { OperationOf } from "../../src/model/plan.js";
import type { Graph } from "./graph.js";
import { attribute } from "./model-json.js";
import { affine, dimension, pack, shapeNode } from "./sizes.js";

type Resize = OperationOf<"resize">;
/** int32 scalars. */
interface Lengths {
  readonly from: string;
  readonly to: string;
}

/**
 * [1, n, w, C] -> [1, m, W, C], to a multiple of the map's size or to the size of `reference`.
 *
 * @returns `name`
 */
export function resize(graph: Graph, name: string, value: string, operation: Resize, reference: string | null): string {
  const [rows, columns] = lengths(graph, name, value, operation, reference);
  // By a factor, no place is equally near to two units, whatever the rounding, so the quick kernel does.
  const isQuick = operation.factor !== null && operation.align === "half_pixel";
  if (operation.method === "nearest" && !isQuick) {
    const tall = gather(graph, graph.part(name, "tall"), value, indices(graph, name, "rows", rows, operation), 1);
    return gather(graph, name, tall, indices(graph, name, "columns", columns, operation), 2);
  }
  const op = operation.method === "nearest" ? "ResizeNearestNeighbor" : "ResizeBilinear";
  return graph.node(name, op, [value, pack(graph, name, "size", [rows.to, columns.to])], {
    T: attribute.type("float32"),
    align_corners: attribute.flag(operation.align === "corners"),
    half_pixel_centers: attribute.flag(operation.align === "half_pixel"),
  });
}

function lengths(
  graph: Graph,
  name: string,
  value: string,
  { factor }: Resize,
  reference: string | null,
): [rows: Lengths, columns: Lengths] {
  const own = shapeNode(graph, name, value);
  const other = reference === null ? null : shapeNode(graph, name, reference);
  const along = (axis: 1 | 2, part: string): Lengths => {
    const from = dimension(graph, name, `${part}/from`, own, axis);
    const to =
      other === null
        ? affine(graph, name, `${part}/to`, from, factor ?? 1, 0)
        : dimension(graph, name, `${part}/to`, other, axis);
    return { from, to };
  };
  return [along(1, "rows"), along(2, "columns")];
}

/**
 * The unit that each unit of the result takes, in whole numbers, so that every engine takes the same where two are
 * equally near: floor((2 j + 1) n / 2 m), or floor((2 j (n - 1) + d) / 2 d) with d = max(m - 1, 1) by corners.
 */
function indices(graph: Graph, layer: string, part: string, { from, to }: Lengths, { align }: Resize): string {
  const text = (suffix: string) => graph.part(layer, `${part}/${suffix}`);
  const whole = (suffix: string, op: "Mul" | "AddV2" | "Maximum" | "FloorDiv", left: string, right: string) =>
    graph.node(text(suffix), op, [left, right], type);
  const j = graph.node(text("range"), "Range", [graph.integers(0), to, graph.integers(1)], {
    Tidx: attribute.type("int32"),
  });
  if (align === "half_pixel") {
    const centre = whole("centre", "Mul", affine(graph, layer, `${part}/odd`, j, 2, 1), from);
    return whole("unit", "FloorDiv", centre, affine(graph, layer, `${part}/twice`, to, 2, 0));
  }
  const less = affine(graph, layer, `${part}/steps_to`, to, 1, -1);
  const steps = whole("steps", "Maximum", less, graph.integers(1));
  const before = affine(graph, layer, `${part}/steps_from`, from, 2, -2);
  const rounded = whole("rounded", "AddV2", whole("far", "Mul", j, before), steps);
  return whole("unit", "FloorDiv", rounded, affine(graph, layer, `${part}/twice`, steps, 2, 0));
}

function gather(graph: Graph, name: string, value: string, units: string, axis: 1 | 2): string {
  return graph.node(name, "GatherV2", [value, units, graph.integers(axis)], {
    Tparams: attribute.type("float32"),
    Tindices: attribute.type("int32"),
    Taxis: attribute.type("int32"),
    batch_dims: attribute.integer(0),
  });
}

const type = { T: attribute.type("int32") };
