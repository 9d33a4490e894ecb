import { defineLayer } from "../model/layer-kind.js";

export const leaky = defineLayer({
  name: "leaky",
  summary: "x where it is positive, x times a small slope elsewhere.",
  documentation: `
Caffe's ReLU with \`negative_slope\` (relu_layer.cpp), PyTorch's LeakyReLU. It changes neither size nor grid, and may stay
unnamed at the end of a flow.`,
  example: "conv1 = conv(64, 3, pad: 1) -> leaky(0.1)",
  inputs: "one",
  parameters: { slope: { type: "number", default: 0.01, documentation: "what negative values are multiplied by" } },
  inPlace: true,
  channels: (_settings, [input = 0]) => input,
  lower: (settings) => ({ op: "leaky", slope: settings.slope }),
});
