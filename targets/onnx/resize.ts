import type { OperationOf } from "../../src/model/plan.js";
import type { Graph } from "./graph.js";
import { attribute } from "./proto.js";
import { affine, indices, length } from "./sizes.js";

type Resize = OperationOf<"resize">;

/**
 * [1, C, n, w] -> [1, C, m, W], to a multiple of the map's size or to the size of `reference`.
 *
 * @returns `name`
 */
export function resize(graph: Graph, name: string, value: string, operation: Resize, reference: string | null): string {
  const rows = lengths(graph, name, "rows", value, operation, reference, 0);
  const columns = lengths(graph, name, "columns", value, operation, reference, 1);
  if (operation.method === "nearest") {
    const tall = gather(graph, graph.part(name, "tall"), value, units(graph, name, "rows", rows, operation), 2);
    return gather(graph, name, tall, units(graph, name, "columns", columns, operation), 3);
  }
  const start = graph.node(graph.part(name, "batch_and_channels"), "Shape", [value], {
    start: attribute.integer(0),
    end: attribute.integer(2),
  });
  const size = graph.node(graph.part(name, "size"), "Concat", [start, rows.to, columns.to], {
    axis: attribute.integer(0),
  });
  return graph.node(name, "Resize", [value, "", "", size], {
    mode: attribute.text("linear"),
    coordinate_transformation_mode: attribute.text(operation.align === "corners" ? "align_corners" : "half_pixel"),
  });
}

/** int64 vectors of one. */
interface Lengths {
  readonly from: string;
  readonly to: string;
}

function lengths(
  graph: Graph,
  name: string,
  part: string,
  value: string,
  { factor }: Resize,
  reference: string | null,
  axis: 0 | 1,
): Lengths {
  const from = length(graph, name, `${part}/from`, value, axis);
  const to =
    reference === null
      ? affine(graph, name, `${part}/to`, from, factor ?? 1, 0)
      : length(graph, name, `${part}/to`, reference, axis);
  return { from, to };
}

/**
 * The unit that each unit of the result takes, in whole numbers, so that every runtime takes the same where two are
 * equally near: floor((2 j + 1) n / 2 m), or floor((2 j (n - 1) + d) / 2 d) with d = max(m - 1, 1) by corners.
 */
function units(graph: Graph, layer: string, part: string, { from, to }: Lengths, { align }: Resize): string {
  const whole = (suffix: string, op: "Mul" | "Add" | "Max" | "Div", left: string, right: string) =>
    graph.node(graph.part(layer, `${part}/${suffix}`), op, [left, right]);
  const j = indices(graph, layer, `${part}/places`, to);
  if (align === "half_pixel") {
    const centre = whole("centre", "Mul", affine(graph, layer, `${part}/odd`, j, 2, 1), from);
    return whole("unit", "Div", centre, affine(graph, layer, `${part}/twice`, to, 2, 0));
  }
  const steps = whole("steps", "Max", affine(graph, layer, `${part}/steps_to`, to, 1, -1), graph.integers([1]));
  const before = affine(graph, layer, `${part}/steps_from`, from, 2, -2);
  const rounded = whole("rounded", "Add", whole("far", "Mul", j, before), steps);
  return whole("unit", "Div", rounded, affine(graph, layer, `${part}/twice`, steps, 2, 0));
}

const gather = (graph: Graph, name: string, value: string, places: string, axis: 2 | 3): string =>
  graph.node(name, "Gather", [value, places], { axis: attribute.integer(axis) });
