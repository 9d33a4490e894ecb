import { defineLayer } from "../model/layer-kind.js";

export const depthwise = defineLayer({
  name: "depthwise",
  summary: "A convolution in which each channel is its own group.",
  documentation: `
\`conv\` with as many groups as there are input channels; as many channels come out, times \`multiplier\`. Output channel
c sees input channel floor(c / multiplier). Sizes as for \`conv\` (MobileNet, Howard et al. 2017).

Weights: \`<layer>.weight\` [C multiplier, 1, kh, kw] and \`<layer>.bias\` [C multiplier].`,
  example: "dw = depthwise(3, pad: 1) -> relu6",
  inputs: "one",
  parameters: {
    kernel: { type: "extent", documentation: "kernel size, `3` or `3x5`" },
    stride: { type: "extent", default: 1, documentation: "step between windows" },
    pad: { type: "pixels", default: 0, documentation: "zeros added on both sides" },
    dilation: { type: "extent", default: 1, documentation: "distance between kernel taps" },
    multiplier: { type: "count", default: 1, documentation: "output channels for each input channel" },
    bias: { type: "flag", default: true, documentation: "whether a bias is added" },
    init: { type: "init", default: { kind: "he" }, documentation: "how fresh weights start; biases start at zero" },
  },
  channels: (settings, [input = 0]) => input * settings.multiplier,
  transfer: (settings, axis) => ({
    rule: "convolution",
    kernel: settings.kernel[axis],
    stride: settings.stride[axis],
    pad: settings.pad[axis],
    dilation: settings.dilation[axis],
  }),
  blobs(settings, _input, channels) {
    const fanIn = settings.kernel[0] * settings.kernel[1];
    const shape = [channels, 1, ...settings.kernel];
    const weight = { key: "weight", role: "conv", shape, fanIn, init: settings.init, frozen: false } as const;
    if (!settings.bias) return [weight];
    const init = { kind: "zero" } as const;
    return [weight, { key: "bias", role: "vector", shape: [channels], fanIn, init, frozen: false }];
  },
  lower: (settings, keys, [input = 0]) => ({
    op: "conv",
    weight: keys.weight,
    bias: keys.bias,
    kernel: settings.kernel,
    stride: settings.stride,
    pad: settings.pad,
    dilation: settings.dilation,
    groups: input,
  }),
});
