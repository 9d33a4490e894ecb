import { defineLayer, type LayerKind, type SettingsOf, type SettingsRecord } from "../model/layer-kind.js";

const parameters = {
  kernel: { type: "extent", documentation: "window size, `2` or `2x3`" },
  stride: {
    type: "extent",
    default: null,
    documentation: "step between windows; the window's own size where left out",
  },
  pad: { type: "pixels", default: 0, documentation: "pixels by which windows may reach over the border" },
  round: { type: "word", words: ["ceil", "floor"], default: "ceil", documentation: "how a partial window counts" },
} as const;

type PoolingSettings = SettingsOf<typeof parameters>;

/** The two poolings differ in how a window is reduced and in nothing else. */
export function definePooling(
  method: "max" | "average",
  texts: { readonly name: string; readonly summary: string; readonly documentation: string; readonly example: string },
): LayerKind {
  return defineLayer({
    ...texts,
    inputs: "one",
    parameters,
    complete: (settings: SettingsRecord) =>
      settings["stride"] === null ? { ...settings, stride: settings["kernel"] ?? null } : settings,
    check(settings: PoolingSettings) {
      if (settings.pad[0] < settings.kernel[0] && settings.pad[1] < settings.kernel[1]) return null;
      return {
        problem: "a pooling window would lie wholly in the padding",
        parameter: "pad",
        help: "keep `pad` below the kernel, as Caffe demands",
      };
    },
    channels: (_settings, [input = 0]) => input,
    transfer: (settings, axis) => ({
      rule: "pooling",
      kernel: settings.kernel[axis],
      stride: (settings.stride ?? settings.kernel)[axis],
      pad: settings.pad[axis],
      rounding: settings.round,
      clip: settings.pad[0] > 0 || settings.pad[1] > 0,
    }),
    lower: (settings) => ({
      op: "pool",
      method,
      kernel: settings.kernel,
      stride: settings.stride ?? settings.kernel,
      pad: settings.pad,
      rounding: settings.round,
    }),
  });
}
