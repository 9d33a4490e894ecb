import { defineLayer } from "../model/layer-kind.js";

export const prelu = defineLayer({
  name: "prelu",
  summary: "x where it is positive, x times a learned slope elsewhere.",
  documentation: `
One slope for each channel, which starts at \`slope\` (He et al. 2015; prelu_layer.cpp). It has weights, and so a name and
a line of its own.

Weights: \`<layer>.weight\` [C].`,
  example: "act1 = prelu()",
  inputs: "one",
  parameters: { slope: { type: "number", default: 0.25, documentation: "where the slopes start" } },
  inPlace: true,
  channels: (_settings, [input = 0]) => input,
  blobs(settings, input) {
    const init = { kind: "constant", value: settings.slope } as const;
    return [{ key: "weight", role: "vector", shape: [input], fanIn: 1, init, frozen: false }];
  },
  lower: (_settings, keys) => ({ op: "prelu", weight: keys.weight }),
});
