import { defineLayer } from "../model/layer-kind.js";

export const upsample = defineLayer({
  name: "upsample",
  summary: "Bilinear upsampling by a whole factor, as a deconvolution that is fixed or learned.",
  documentation: `
A deconvolution with the factor as its stride and \`2 factor - factor mod 2\` as its kernel, on as many channels as come
in (Long et al. 2015, section 3.3). The kernel is bilinear and frozen; \`learned: true\` trains it from there. The
kernel's parity decides where the result lies: an even one shifts the grid by half a pixel, an odd one does not, so a
trunk of 2x2 poolings wants an even kernel and one of 3x3 poolings an odd one (\`kernel: 63\` for AlexNet).

Weights: \`<layer>.weight\` [C, C, k, k], which need not be in a file while it is fixed.`,
  example: "upscore = score_fr -> upsample(32x)",
  inputs: "one",
  parameters: {
    factor: { type: "factor", documentation: "units of output for one of input, `2x`" },
    kernel: {
      type: "extent",
      default: null,
      documentation: "kernel size; derived from the factor where it is left out",
    },
    pad: { type: "pixels", default: 0, documentation: "pixels cut from both sides of the result" },
    learned: { type: "flag", default: false, documentation: "whether the kernel is trained" },
  },
  complete(settings) {
    if (settings["kernel"] !== null) return settings;
    const factor = settings["factor"] as number;
    const kernel = 2 * factor - (factor % 2);
    return { ...settings, kernel: [kernel, kernel] };
  },
  channels: (_settings, [input = 0]) => input,
  transfer: (settings, axis) => ({
    rule: "deconvolution",
    kernel: settings.kernel?.[axis] ?? 0,
    stride: settings.factor,
    pad: settings.pad[axis],
    dilation: 1,
  }),
  blobs(settings, input) {
    const [height, width] = settings.kernel ?? [0, 0];
    const shape = [input, input, height, width];
    const fanIn = input * Math.ceil(height / settings.factor) * Math.ceil(width / settings.factor);
    return [{ key: "weight", role: "deconv", shape, fanIn, init: { kind: "bilinear" }, frozen: !settings.learned }];
  },
  lower(settings, keys) {
    const kernel = settings.kernel ?? ([0, 0] as const);
    const stride = [settings.factor, settings.factor] as const;
    if (!settings.learned) return { op: "upsample", weight: keys.weight, kernel, stride, pad: settings.pad };
    const dilation = [1, 1] as const;
    return { op: "deconv", weight: keys.weight, bias: null, kernel, stride, pad: settings.pad, dilation, groups: 1 };
  },
});
