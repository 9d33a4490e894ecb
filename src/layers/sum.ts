import { sameChannels } from "./channels.js";
import { defineLayer } from "../model/layer-kind.js";

export const sum = defineLayer({
  name: "sum",
  summary: "Adds maps of equal size, element by element.",
  documentation: `
The maps must lie on the same grid, which is proved. With \`crop: auto\` every map after the first is cropped to the
first; \`crop: 5\` does the same and is compared with the derived offset. \`weights\` multiplies each map by a number
first (Caffe's Eltwise with coefficients).`,
  example: "fuse_pool4 = sum(upscore2, score_pool4, crop: auto)",
  inputs: "many",
  parameters: {
    weights: { type: "numbers", default: null, documentation: "a number for each map; 1 where left out" },
  },
  channels(settings, inputs) {
    if (settings.weights && settings.weights.length !== inputs.length)
      return {
        problem: `${settings.weights.length} weights do not fit ${inputs.length} maps`,
        parameter: "weights",
        help: "give each map a weight, in the order in which they are named",
      };
    return sameChannels(inputs, "added");
  },
  lower: (settings, _keys, inputs) => ({
    op: "sum",
    coefficients: settings.weights ?? Array.from({ length: inputs.length }, () => 1),
  }),
});
