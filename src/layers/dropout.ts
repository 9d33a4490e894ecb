import { defineLayer } from "../model/layer-kind.js";

export const dropout = defineLayer({
  name: "dropout",
  summary: "Drops values at random while training.",
  documentation: `
Each value is set to zero with the given probability and the others are scaled up to make good for it; when predicting
it does nothing. It may stay unnamed at the end of a flow.`,
  example: "fc6 = dense(4096) -> relu -> dropout(0.5)",
  inputs: "one",
  parameters: {
    rate: { type: "number", default: 0.5, least: 0, below: 1, documentation: "probability that a value is dropped" },
  },
  inPlace: true,
  channels: (_settings, [input = 0]) => input,
  lower: (settings) => ({ op: "dropout", rate: settings.rate }),
});
