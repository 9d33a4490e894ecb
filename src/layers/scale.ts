import { defineLayer } from "../model/layer-kind.js";

export const scale = defineLayer({
  name: "scale",
  summary: "Multiplies each channel by a number, fixed or learned.",
  documentation: `
\`scale(0.01)\` is what FCN-8s at-once puts on its skips. The factors are frozen; \`learned: true\` trains them from
there, and \`bias: true\` adds a learned offset for each channel.

Weights: \`<layer>.weight\` [C], which need not be in a file while it is fixed, and \`<layer>.bias\` [C].`,
  example: "scale_pool4 = vgg.pool4 -> scale(0.01)",
  inputs: "one",
  parameters: {
    factor: { type: "number", default: 1, documentation: "what every channel is multiplied by at the start" },
    learned: { type: "flag", default: false, documentation: "whether the factors are trained" },
    bias: { type: "flag", default: false, documentation: "whether a bias is added, which needs `learned: true`" },
  },
  check: (settings) =>
    settings.bias && !settings.learned
      ? { problem: "a fixed scale has no bias to learn", parameter: "bias", help: "add `learned: true`" }
      : null,
  channels: (_settings, [input = 0]) => input,
  blobs(settings, input) {
    const frozen = !settings.learned;
    const init = { kind: "constant", value: settings.factor } as const;
    const weight = { key: "weight", role: "vector", shape: [input], fanIn: 1, init, frozen } as const;
    if (!settings.bias) return [weight];
    const bias = { key: "bias", role: "vector", shape: [input], fanIn: 1, init: { kind: "zero" }, frozen } as const;
    return [weight, bias];
  },
  lower: (_settings, keys) => ({ op: "scale", weight: keys.weight, bias: keys.bias }),
});
