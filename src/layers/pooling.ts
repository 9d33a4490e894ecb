import { extentOf } from "../model/transfer.js";
import {
  defineLayer,
  type LayerKind,
  type Setting,
  type SettingsOf,
  type SettingsRecord,
} from "../model/layer-kind.js";

const parameters = {
  kernel: { type: "extent", documentation: "window size, `2` or `2x3`" },
  stride: {
    type: "extent",
    default: null,
    documentation: "step between windows; the window's own size where left out",
  },
  pad: { type: "pixels", default: 0, documentation: "pixels by which windows may reach over the border" },
  round: { type: "word", words: ["ceil", "floor"], default: "ceil", documentation: "how a partial window counts" },
  dilation: {
    type: "extent",
    default: null,
    documentation: "distance between the values of a window; 1 where left out",
  },
} as const;

type PoolingSettings = SettingsOf<typeof parameters>;

function extent({ kernel, dilation }: PoolingSettings, axis: 0 | 1): number {
  return extentOf(kernel[axis], dilation?.[axis] ?? 1);
}

function isDilated(dilation: Setting): boolean {
  return Array.isArray(dilation) && dilation.some((distance) => distance !== 1);
}

/** The two poolings differ in how a window is reduced and in nothing else. */
export function definePooling(
  method: "max" | "average",
  texts: { readonly name: string; readonly summary: string; readonly documentation: string; readonly example: string },
): LayerKind {
  return defineLayer({
    ...texts,
    inputs: "one",
    parameters,
    complete({ dilation = null, ...settings }: SettingsRecord) {
      const stride = settings["stride"] ?? settings["kernel"] ?? null;
      return isDilated(dilation) ? { ...settings, stride, dilation } : { ...settings, stride };
    },
    check(settings: PoolingSettings) {
      const [y, x] = ([0, 1] as const).map((axis) => settings.pad[axis] < extent(settings, axis));
      if (y && x) return null;
      return {
        problem: "a pooling window would lie wholly in the padding",
        parameter: "pad",
        help: "keep `pad` below the window's extent, as Caffe demands",
      };
    },
    channels: (_settings, [input = 0]) => input,
    transfer: (settings, axis) => ({
      rule: "pooling",
      kernel: settings.kernel[axis],
      stride: (settings.stride ?? settings.kernel)[axis],
      pad: settings.pad[axis],
      dilation: settings.dilation?.[axis] ?? 1,
      rounding: settings.round,
      clip: settings.pad[0] > 0 || settings.pad[1] > 0,
    }),
    lower: (settings) => ({
      op: "pool",
      method,
      kernel: settings.kernel,
      stride: settings.stride ?? settings.kernel,
      pad: settings.pad,
      ...(settings.dilation && { dilation: settings.dilation }),
      rounding: settings.round,
    }),
  });
}
