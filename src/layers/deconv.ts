import { biasOf, unevenGroups } from "./channels.js";
import { defineLayer } from "../model/layer-kind.js";

export const deconv = defineLayer({
  name: "deconv",
  summary: "A backwards strided convolution with learned weights.",
  documentation: `
Also called transposed convolution. Size: \`stride (n - 1) + dilation (kernel - 1) + 1 - 2 pad\` (Caffe,
deconv_layer.cpp). With \`init: bilinear\` its weights start as bilinear interpolation on the channel diagonal, so it
wants as many channels as it gets. For upsampling by a factor use \`upsample\`, which derives the kernel.

Weights: \`<layer>.weight\` [I, O / groups, kh, kw] and, with \`bias: true\`, \`<layer>.bias\` [O].`,
  example: "up = score -> deconv(21, 4, stride: 2, init: bilinear)",
  inputs: "one",
  parameters: {
    channels: { type: "count", documentation: "number of output channels" },
    kernel: { type: "extent", documentation: "kernel size, `4` or `4x8`" },
    stride: { type: "extent", default: 1, documentation: "units of output for one of input" },
    pad: { type: "pixels", default: 0, documentation: "pixels cut from both sides of the result" },
    dilation: { type: "extent", default: 1, documentation: "distance between kernel taps" },
    groups: { type: "count", default: 1, documentation: "number of groups that channels fall into" },
    bias: { type: "flag", default: false, documentation: "whether a bias is added" },
    init: { type: "init", default: { kind: "he" }, documentation: "how fresh weights start; biases start at zero" },
  },
  channels(settings, [input = 0]) {
    const uneven = unevenGroups(input, settings.channels, settings.groups);
    if (uneven) return uneven;
    if (settings.init.kind === "bilinear" && settings.channels !== input)
      return {
        problem: `bilinear weights map each channel to itself, but ${input} channels come in and ${settings.channels} go out`,
        parameter: "channels",
        help: `write \`deconv(${input}, ...)\`, or start the weights otherwise`,
      };
    return settings.channels;
  },
  transfer: (settings, axis) => ({
    rule: "deconvolution",
    kernel: settings.kernel[axis],
    stride: settings.stride[axis],
    pad: settings.pad[axis],
    dilation: settings.dilation[axis],
  }),
  blobs(settings, input, channels) {
    const [height, width] = settings.kernel;
    const fanIn =
      (input / settings.groups) * Math.ceil(height / settings.stride[0]) * Math.ceil(width / settings.stride[1]);
    const shape = [input, channels / settings.groups, height, width];
    const weight = { key: "weight", role: "deconv", shape, fanIn, init: settings.init, frozen: false } as const;
    return settings.bias ? [weight, biasOf(channels, fanIn)] : [weight];
  },
  lower: (settings, keys) => ({
    op: "deconv",
    weight: keys.weight,
    bias: keys.bias,
    kernel: settings.kernel,
    stride: settings.stride,
    pad: settings.pad,
    dilation: settings.dilation,
    groups: settings.groups,
  }),
});
