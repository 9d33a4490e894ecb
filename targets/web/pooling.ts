import type { OperationOf, Pair } from "../../src/model/plan.js";
import type { Graph } from "./graph.js";
import { attribute } from "./model-json.js";
import { endPad, LOWEST } from "../pooling.js";
import { pad } from "./padding.js";
import { affine, arithmetic, dimension, ramp, reshape, shapeNode } from "./sizes.js";

type Pool = OperationOf<"pool">;

/**
 * Pooling by Caffe's rules, for every input size: the map is padded so that VALID gives Caffe's size, and the padding
 * is never seen by max. Average divides by the part of a window that lies on the map and its stated padding. Windows
 * with a dilation, which TensorFlow lacks as Caffe does, are composed of shifted maps.
 *
 * @returns `name`
 */
export function pooling(graph: Graph, name: string, value: string, pool: Pool): string {
  const end: Pair = [endPad(pool, 0), endPad(pool, 1)];
  const max = pool.method === "max";
  if (max && isSame(pool)) return poolNode(graph, name, value, pool, "SAME");
  const padded = [...pool.pad, ...end].some((size) => size > 0)
    ? pad(graph, graph.part(name, "padded"), value, pool.pad, end, max ? LOWEST : 0)
    : value;
  const overhangs = end[0] > pool.pad[0] || end[1] > pool.pad[1];
  const reduce = pool.dilation ? dilated : validPool;
  if (max || !overhangs) return reduce(graph, name, padded, pool);

  // The last windows may hang over the stated padding: their mean is of fewer than kernel x kernel values.
  const mean = reduce(graph, graph.part(name, "mean"), padded, pool);
  const factor = arithmetic(
    graph,
    graph.part(name, "factor"),
    "Mul",
    coverage(graph, name, "rows", value, mean, pool, 0),
    coverage(graph, name, "columns", value, mean, pool, 1),
  );
  return arithmetic(graph, name, "Mul", mean, factor);
}

/** Of all rows and columns: [1, 1, 1, C]. */
export function globalPool(graph: Graph, name: string, value: string, method: Pool["method"]): string {
  return graph.node(name, method === "max" ? "Max" : "Mean", [value, graph.integers([1, 2])], {
    T: attribute.type("float32"),
    Tidx: attribute.type("int32"),
    keep_dims: attribute.flag(true),
  });
}

/** TF.js pads 2x2 with stride 2 as Caffe's ceil does, without a node for the padding; no other kernel. */
function isSame({ kernel, stride, pad, dilation, rounding }: Pool): boolean {
  if (dilation) return false;
  return rounding === "ceil" && [...kernel, ...stride].every((size) => size === 2) && pad[0] === 0 && pad[1] === 0;
}

function validPool(graph: Graph, name: string, value: string, pool: Pool): string {
  return poolNode(graph, name, value, pool, "VALID");
}

/**
 * The same without padding for windows with a dilation: for each place of a window the map from there on, a row or
 * column for each window, and then the largest or the mean of these. Down first and then across, since a window is a
 * product of both: 2 k maps where k * k would do the same.
 */
function dilated(graph: Graph, name: string, value: string, pool: Pool): string {
  const down = reduceAxis(graph, name, graph.part(name, "down"), value, pool, 0);
  return reduceAxis(graph, name, name, down, pool, 1);
}

function reduceAxis(graph: Graph, layer: string, name: string, value: string, pool: Pool, axis: 0 | 1): string {
  const kernel = pool.kernel[axis];
  const max = pool.method === "max";
  const part = (text: string) => graph.part(layer, `${axis === 0 ? "row" : "column"}${text}`);
  let reduced = value;
  for (let place = 0; place < kernel; place++) {
    const last = place === kernel - 1;
    const shifted = fromPlace(graph, kernel === 1 && max ? name : part(`${place}`), value, pool, axis, place);
    if (place === 0) reduced = shifted;
    else
      reduced = arithmetic(graph, last && max ? name : part(`to${place}`), max ? "Maximum" : "AddV2", reduced, shifted);
  }
  return max ? reduced : arithmetic(graph, name, "RealDiv", reduced, graph.floats(kernel));
}

/** The value at one place of every window: every stride-th row or column, up to where the last window has it. */
function fromPlace(graph: Graph, name: string, value: string, pool: Pool, axis: 0 | 1, place: number): string {
  const distance = pool.dilation?.[axis] ?? 1;
  // From the end: a window that starts at most `extent - 1` before it is whole.
  const end = (place - pool.kernel[axis] + 1) * distance;
  const onAxis = (number: number, others: number) =>
    graph.integers([others, axis === 0 ? number : others, axis === 1 ? number : others, others]);
  const mask = attribute.integer(0b1111 & ~(end < 0 ? 1 << (axis + 1) : 0));
  return graph.node(
    name,
    "StridedSlice",
    [value, onAxis(place * distance, 0), onAxis(end, 0), onAxis(pool.stride[axis], 1)],
    {
      T: attribute.type("float32"),
      Index: attribute.type("int32"),
      begin_mask: attribute.integer(0),
      end_mask: mask,
      ellipsis_mask: attribute.integer(0),
      new_axis_mask: attribute.integer(0),
      shrink_axis_mask: attribute.integer(0),
    },
  );
}

function poolNode(graph: Graph, name: string, value: string, pool: Pool, padding: "SAME" | "VALID"): string {
  return graph.node(name, pool.method === "max" ? "MaxPool" : "AvgPool", [value], {
    T: attribute.type("float32"),
    ksize: attribute.integers([1, ...pool.kernel, 1]),
    strides: attribute.integers([1, ...pool.stride, 1]),
    padding: attribute.text(padding),
    data_format: attribute.text("NHWC"),
  });
}

/**
 * kernel / (values of the window on the map and its padding) for each row or column of the result: window i starts at
 * i s of the padded map, which is n + 2 pad long, and has one value for each dilation of what is left of the map, or
 * for each part of one. [H, 1, 1] for rows, [W, 1] for columns.
 */
function coverage(
  graph: Graph,
  name: string,
  part: string,
  value: string,
  mean: string,
  { kernel, stride, pad, dilation }: Pool,
  axis: 0 | 1,
): string {
  const text = (suffix: string) => graph.part(name, `${part}/${suffix}`);
  const size = dimension(graph, name, `${part}/in`, shapeNode(graph, name, value), axis + 1);
  const length = graph.node(text("length"), "Cast", [affine(graph, name, `${part}/all`, size, 1, 2 * pad[axis])], {
    SrcT: attribute.type("int32"),
    DstT: attribute.type("float32"),
    Truncate: attribute.flag(false),
  });
  const count = dimension(graph, name, `${part}/out`, shapeNode(graph, name, mean), axis + 1);
  const index = ramp(graph, name, `${part}/index`, count);
  const start = arithmetic(graph, text("start"), "Mul", index, graph.floats(stride[axis]));
  const left = arithmetic(graph, text("left"), "Sub", length, start);
  const distance = dilation?.[axis] ?? 1;
  const values =
    distance === 1
      ? left
      : graph.node(
          text("values"),
          "Ceil",
          [arithmetic(graph, text("spaced"), "RealDiv", left, graph.floats(distance))],
          {
            T: attribute.type("float32"),
          },
        );
  const covered = arithmetic(graph, text("covered"), "Minimum", values, graph.floats(kernel[axis]));
  const factor = arithmetic(graph, text("factor"), "RealDiv", graph.floats(kernel[axis]), covered);
  return reshape(graph, text("shaped"), factor, graph.integers(axis === 0 ? [-1, 1, 1] : [-1, 1]));
}
