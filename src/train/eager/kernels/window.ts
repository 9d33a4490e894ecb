import type { NativeNode } from "../../../../targets/tfjs-node/graph.js";
import { numbersOf, textOf } from "../attributes.js";
import type { Tensor, TensorFlow } from "../value.js";

/** [rows, columns] */
export type Pair = readonly [number, number];

/** A sliding window as a convolution's node has it: each pad is [before, after]. */
export interface Window {
  readonly stride: Pair;
  readonly dilation: Pair;
  readonly rows: Pair;
  readonly columns: Pair;
}

/**
 * @param size of the map that the window slides over
 * @param kernel of the window
 */
export function windowOf(node: NativeNode, size: Pair, kernel: Pair): Window {
  const [, down = 1, across = 1] = numbersOf(node, "strides");
  const [, tall = 1, wide = 1] = numbersOf(node, "dilations");
  const [, , top = 0, bottom = 0, left = 0, right = 0] = numbersOf(node, "explicit_paddings");
  const padding = textOf(node, "padding");
  const along = (axis: 0 | 1, stride: number, dilation: number, given: Pair): Pair => {
    if (padding === "EXPLICIT") return given;
    return padding === "SAME" ? same(size[axis], stride, (kernel[axis] - 1) * dilation + 1) : [0, 0];
  };
  return {
    stride: [down, across],
    dilation: [tall, wide],
    rows: along(0, down, tall, [top, bottom]),
    columns: along(1, across, wide, [left, right]),
  };
}

/** TensorFlow's rule: as many windows as strides fit, and of an odd rest the smaller half before. */
function same(size: number, stride: number, extent: number): Pair {
  const missing = Math.max(0, (Math.ceil(size / stride) - 1) * stride + extent - size);
  const before = Math.floor(missing / 2);
  return [before, missing - before];
}

/** Zeros around a map [N, H, W, C]; below zero rows and columns are cut off. */
export function framed(core: TensorFlow, map: Tensor, rows: Pair, columns: Pair): Tensor {
  const pads = [...rows, ...columns];
  if (pads.every((pad) => pad === 0)) return map;
  const [images = 1, height = 0, width = 0, channels = 0] = map.shape;
  const cut = pads.map((pad) => Math.max(0, -pad));
  const [top = 0, bottom = 0, left = 0, right = 0] = cut;
  const kept = cut.some((size) => size > 0)
    ? core.slice(map, [0, top, left, 0], [images, height - top - bottom, width - left - right, channels])
    : map;
  const [above = 0, below = 0, before = 0, after = 0] = pads.map((pad) => Math.max(0, pad));
  if (above + below + before + after === 0) return kept;
  return core.pad(kept, [
    [0, 0],
    [above, below],
    [before, after],
    [0, 0],
  ]);
}
