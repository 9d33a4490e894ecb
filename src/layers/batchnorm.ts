import { defineLayer } from "../model/layer-kind.js";

export const batchnorm = defineLayer({
  name: "batchnorm",
  summary: "Batch normalization: each channel to mean 0 and variance 1, then scaled and shifted by learned numbers.",
  documentation: `
\`(x - mean) / sqrt(variance + epsilon) * weight + bias\` (Ioffe and Szegedy 2015). When predicting, mean and variance
are the running ones: statistics that training measured, which no gradient moves and no initializer can guess, so a file
must bring them. Fresh ones are 0 and 1. It has weights of its own, and so a name of its own: the convolution before it
stands on another line.

Weights, under PyTorch's keys: \`<layer>.weight\`, \`<layer>.bias\`, \`<layer>.running_mean\` and
\`<layer>.running_var\`, all [C]. PyTorch's \`num_batches_tracked\` is passed over.`,
  example: "bn1 = batchnorm() -> relu",
  inputs: "one",
  parameters: {
    epsilon: { type: "number", default: 1e-5, least: 0, documentation: "what is added to the variance" },
  },
  channels: (_settings, [input = 0]) => input,
  blobs(_settings, input) {
    const common = { role: "vector", shape: [input], fanIn: 1 } as const;
    const one = { kind: "constant", value: 1 } as const;
    const zero = { kind: "zero" } as const;
    return [
      { ...common, key: "weight", init: one, frozen: false },
      { ...common, key: "bias", init: zero, frozen: false },
      { ...common, key: "running_mean", init: zero, frozen: true, measured: true },
      { ...common, key: "running_var", init: one, frozen: true, measured: true },
    ];
  },
  lower: (settings, keys) => ({
    op: "batchnorm",
    weight: keys.weight,
    bias: keys.bias ?? "",
    mean: keys.running_mean,
    variance: keys.running_var,
    epsilon: settings.epsilon,
  }),
});
