import type { OperationOf } from "../../src/model/plan.js";
import { emptyMap, type FeatureMap } from "./feature-map.js";

/**
 * pooling_layer.cpp, line by line: sizes, the clip, and what a window is divided by. Caffe's windows have no dilation;
 * with one, a window has every `dilation`-th value, and is divided by how many it has.
 */
export function pool(x: FeatureMap, operation: OperationOf<"pool">): FeatureMap {
  const { kernel, stride, pad, rounding, method } = operation;
  const [dy, dx] = operation.dilation ?? [1, 1];
  const extent = [dy * (kernel[0] - 1) + 1, dx * (kernel[1] - 1) + 1] as const;
  const round = rounding === "ceil" ? Math.ceil : Math.floor;
  const sizes = ([0, 1] as const).map((axis) => {
    const n = axis === 0 ? x.height : x.width;
    let size = round((n + 2 * pad[axis] - extent[axis]) / stride[axis]) + 1;
    // `if (pad_h_ || pad_w_)`: the last pooling must start strictly inside the image, instead of at the padding.
    if ((pad[0] > 0 || pad[1] > 0) && (size - 1) * stride[axis] >= n + pad[axis]) size--;
    return size;
  });
  const result = emptyMap(x.channels, sizes[0] as number, sizes[1] as number);
  for (let c = 0; c < x.channels; c++)
    for (let py = 0; py < result.height; py++)
      for (let px = 0; px < result.width; px++) {
        let top = py * stride[0] - pad[0];
        let left = px * stride[1] - pad[1];
        let bottom = Math.min(top + extent[0], x.height + pad[0]);
        let right = Math.min(left + extent[1], x.width + pad[1]);
        const size = Math.ceil((bottom - top) / dy) * Math.ceil((right - left) / dx);
        while (top < 0) top += dy;
        while (left < 0) left += dx;
        bottom = Math.min(bottom, x.height);
        right = Math.min(right, x.width);
        let value = method === "max" ? -Infinity : 0;
        for (let y = top; y < bottom; y += dy)
          for (let column = left; column < right; column += dx) {
            const element = x.at(c, y, column);
            value = method === "max" ? Math.max(value, element) : value + element;
          }
        result.data[(c * result.height + py) * result.width + px] = method === "max" ? value : value / size;
      }
  return result;
}
