import type { OperationOf, Pair } from "../../src/model/plan.js";
import { endPad, LOWEST } from "../pooling.js";
import { pad } from "./padding.js";
import type { Graph } from "./graph.js";
import { attribute } from "./proto.js";
import { affine, length, ramp, toFloat } from "./sizes.js";

type Pool = OperationOf<"pool">;

/**
 * Pooling by Caffe's rules, for every input size, without ONNX's `ceil_mode`, on which runtimes do not agree: the map is
 * padded so that rounding down gives Caffe's size. Average divides by the part of a window that lies on the map and its
 * stated padding.
 *
 * @returns `name`
 */
export function pooling(graph: Graph, name: string, value: string, pool: Pool): string {
  const end: Pair = [endPad(pool, 0), endPad(pool, 1)];
  if (pool.method === "max") return reduce(graph, name, value, pool, end, LOWEST);
  const overhangs = end[0] > pool.pad[0] || end[1] > pool.pad[1];
  if (!overhangs) return reduce(graph, name, value, pool, end, 0);

  // The last windows may hang over the stated padding: their mean is of fewer than kernel x kernel values.
  const mean = reduce(graph, graph.part(name, "mean"), value, pool, end, 0);
  const rows = coverage(graph, name, value, mean, pool, 0);
  const columns = coverage(graph, name, value, mean, pool, 1);
  const tall = graph.node(graph.part(name, "rows_whole"), "Mul", [mean, rows]);
  return graph.node(name, "Mul", [tall, columns]);
}

/** Of all rows and columns: [1, C, 1, 1]. */
export function globalPool(graph: Graph, name: string, value: string, method: Pool["method"]): string {
  return graph.node(name, method === "max" ? "GlobalMaxPool" : "GlobalAveragePool", [value]);
}

function reduce(graph: Graph, name: string, value: string, pool: Pool, end: Pair, by: number): string {
  const { kernel } = pool;
  // Runtimes take padding of their own only where it is smaller than the window.
  const own = [0, 1].every((axis) => Math.max(pool.pad[axis as 0 | 1], end[axis as 0 | 1]) < kernel[axis as 0 | 1]);
  const padded = own ? value : pad(graph, graph.part(name, "padded"), value, pool.pad, end, by);
  const window = {
    strides: attribute.integers(pool.stride),
    pads: attribute.integers(own ? [...pool.pad, ...end] : [0, 0, 0, 0]),
    kernel_shape: attribute.integers(kernel),
  };
  const dilations = pool.dilation ? { dilations: attribute.integers(pool.dilation) } : {};
  if (pool.method === "max") return graph.node(name, "MaxPool", [padded], { ...window, ...dilations });
  if (!pool.dilation)
    return graph.node(name, "AveragePool", [padded], { ...window, count_include_pad: attribute.integer(1) });
  // AveragePool learned dilation in opset 19: until then it is a convolution of each channel by itself.
  const area = kernel[0] * kernel[1];
  const weight = graph.floats(Array<number>(pool.channels * area).fill(1 / area), [pool.channels, 1, ...kernel]);
  return graph.node(name, "Conv", [padded, weight], {
    ...window,
    ...dilations,
    group: attribute.integer(pool.channels),
  });
}

/**
 * kernel / (values of the window on the map and its padding) for each row or column of the result: window i starts at
 * i s of the padded map, which is n + 2 pad long, and has one value for each dilation of what is left of the map, or
 * for each part of one. [H, 1] for rows, [W] for columns.
 */
function coverage(graph: Graph, name: string, value: string, mean: string, pool: Pool, axis: 0 | 1): string {
  const part = axis === 0 ? "rows" : "columns";
  const text = (suffix: string) => graph.part(name, `${part}/${suffix}`);
  const kernel = graph.floats([pool.kernel[axis]]);
  const size = length(graph, name, `${part}/in`, value, axis);
  const whole = toFloat(graph, name, `${part}/length`, affine(graph, name, `${part}/all`, size, 1, 2 * pool.pad[axis]));
  const windows = ramp(graph, name, `${part}/windows`, length(graph, name, `${part}/out`, mean, axis));
  const start = graph.node(text("start"), "Mul", [windows, graph.floats([pool.stride[axis]])]);
  const left = graph.node(text("left"), "Sub", [whole, start]);
  const distance = pool.dilation?.[axis] ?? 1;
  const values =
    distance === 1
      ? left
      : graph.node(text("values"), "Ceil", [graph.node(text("spaced"), "Div", [left, graph.floats([distance])])]);
  const covered = graph.node(text("covered"), "Min", [values, kernel]);
  const factor = graph.node(text("factor"), "Div", [kernel, covered]);
  return axis === 0 ? graph.node(text("column"), "Unsqueeze", [factor, graph.integers([1])]) : factor;
}
