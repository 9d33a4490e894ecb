import { biasOf, unevenGroups } from "./channels.js";
import { defineLayer } from "../model/layer-kind.js";

export const conv = defineLayer({
  name: "conv",
  summary: "A convolution with learned weights.",
  documentation: `
Size: \`floor((n + 2 pad - (dilation (kernel - 1) + 1)) / stride) + 1\` (Caffe, conv_layer.cpp). Padding is always a
number of pixels on both sides, never \`same\`. With \`groups\`, each group of output channels sees its own group of
input channels; \`groups\` equal to the number of input channels is a depthwise convolution.

Weights: \`<layer>.weight\` [O, I / groups, kh, kw] and \`<layer>.bias\` [O].`,
  example: "conv1 = image -> conv(64, 3, pad: 1) -> relu",
  inputs: "one",
  parameters: {
    channels: { type: "count", documentation: "number of output channels" },
    kernel: { type: "extent", documentation: "kernel size, `3` or `3x5`" },
    stride: { type: "extent", default: 1, documentation: "step between windows" },
    pad: { type: "pixels", default: 0, documentation: "zeros added on both sides" },
    dilation: { type: "extent", default: 1, documentation: "distance between kernel taps" },
    groups: { type: "count", default: 1, documentation: "number of groups that channels fall into" },
    bias: { type: "flag", default: true, documentation: "whether a bias is added" },
    init: { type: "init", default: { kind: "he" }, documentation: "how fresh weights start; biases start at zero" },
  },
  channels(settings, [input = 0]) {
    const uneven = unevenGroups(input, settings.channels, settings.groups);
    if (uneven) return uneven;
    return settings.channels;
  },
  transfer: (settings, axis) => ({
    rule: "convolution",
    kernel: settings.kernel[axis],
    stride: settings.stride[axis],
    pad: settings.pad[axis],
    dilation: settings.dilation[axis],
  }),
  blobs(settings, input, channels) {
    const [height, width] = settings.kernel;
    const perGroup = input / settings.groups;
    const fanIn = perGroup * height * width;
    const shape = [channels, perGroup, height, width];
    const weight = { key: "weight", role: "conv", shape, fanIn, init: settings.init, frozen: false } as const;
    return settings.bias ? [weight, biasOf(channels, fanIn)] : [weight];
  },
  lower: (settings, keys) => ({
    op: "conv",
    weight: keys.weight,
    bias: keys.bias,
    kernel: settings.kernel,
    stride: settings.stride,
    pad: settings.pad,
    dilation: settings.dilation,
    groups: settings.groups,
  }),
});
