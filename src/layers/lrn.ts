import { defineLayer } from "../model/layer-kind.js";

export const lrn = defineLayer({
  name: "lrn",
  summary: "Local response normalization across channels.",
  documentation: `
\`x / (k + alpha / size * sum of squares over size channels)^beta\`, as in AlexNet and with Caffe's way of dividing
\`alpha\` by the window (lrn_layer.cpp).`,
  example: "norm1 = lrn(5, alpha: 1e-4, beta: 0.75)",
  inputs: "one",
  parameters: {
    size: { type: "count", default: 5, documentation: "channels in the window, an odd number" },
    alpha: { type: "number", default: 1, documentation: "weight of the sum of squares" },
    beta: { type: "number", default: 0.75, documentation: "exponent" },
    k: { type: "number", default: 1, documentation: "what is added to the sum" },
  },
  check: (settings) =>
    settings.size % 2 === 0
      ? { problem: "the window of a local response normalization is an odd number of channels", parameter: "size" }
      : null,
  channels: (_settings, [input = 0]) => input,
  lower: (settings) => ({ op: "lrn", size: settings.size, alpha: settings.alpha, beta: settings.beta, k: settings.k }),
});
