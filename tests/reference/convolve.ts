import type { Pair } from "../../src/model/plan.js";
import { emptyMap, type FeatureMap } from "./feature-map.js";

export interface Window {
  readonly channels: number;
  readonly kernel: Pair;
  readonly stride: Pair;
  readonly pad: Pair;
  readonly dilation: Pair;
  readonly groups: number;
}

/** conv_layer.cpp. Weight [O, I / groups, kh, kw]. */
export function convolve(x: FeatureMap, window: Window, weight: Float32Array, bias: Float32Array | null): FeatureMap {
  const { channels, kernel, stride, pad, dilation, groups } = window;
  const size = (n: number, axis: 0 | 1) =>
    Math.floor((n + 2 * pad[axis] - (dilation[axis] * (kernel[axis] - 1) + 1)) / stride[axis]) + 1;
  const result = emptyMap(channels, size(x.height, 0), size(x.width, 1));
  const perGroup = x.channels / groups;
  for (let o = 0; o < channels; o++)
    for (let oy = 0; oy < result.height; oy++)
      for (let ox = 0; ox < result.width; ox++) {
        let sum = bias?.[o] ?? 0;
        for (let i = 0; i < perGroup; i++)
          for (let ky = 0; ky < kernel[0]; ky++)
            for (let kx = 0; kx < kernel[1]; kx++) {
              const y = oy * stride[0] - pad[0] + ky * dilation[0];
              const column = ox * stride[1] - pad[1] + kx * dilation[1];
              if (y < 0 || y >= x.height || column < 0 || column >= x.width) continue;
              const group = Math.floor(o / (channels / groups));
              const tap = weight[((o * perGroup + i) * kernel[0] + ky) * kernel[1] + kx] as number;
              sum += tap * x.at(group * perGroup + i, y, column);
            }
        result.data[(o * result.height + oy) * result.width + ox] = sum;
      }
  return result;
}

/** deconv_layer.cpp: each input puts its kernel onto the output. Weight [I, O / groups, kh, kw]. */
export function deconvolve(x: FeatureMap, window: Window, weight: Float32Array, bias: Float32Array | null): FeatureMap {
  const { channels, kernel, stride, pad, dilation, groups } = window;
  const size = (n: number, axis: 0 | 1) =>
    stride[axis] * (n - 1) + dilation[axis] * (kernel[axis] - 1) + 1 - 2 * pad[axis];
  const result = emptyMap(channels, size(x.height, 0), size(x.width, 1));
  const perGroup = channels / groups;
  if (bias !== null)
    for (let o = 0; o < channels; o++)
      result.data.fill(bias[o] as number, o * result.height * result.width, (o + 1) * result.height * result.width);
  for (let i = 0; i < x.channels; i++)
    for (let iy = 0; iy < x.height; iy++)
      for (let ix = 0; ix < x.width; ix++)
        for (let o = 0; o < perGroup; o++)
          for (let ky = 0; ky < kernel[0]; ky++)
            for (let kx = 0; kx < kernel[1]; kx++) {
              const y = iy * stride[0] - pad[0] + ky * dilation[0];
              const column = ix * stride[1] - pad[1] + kx * dilation[1];
              if (y < 0 || y >= result.height || column < 0 || column >= result.width) continue;
              const channel = Math.floor(i / (x.channels / groups)) * perGroup + o;
              const tap = weight[((i * perGroup + o) * kernel[0] + ky) * kernel[1] + kx] as number;
              const at = (channel * result.height + y) * result.width + column;
              result.data[at] = (result.data[at] as number) + tap * x.at(i, iy, ix);
            }
  return result;
}
