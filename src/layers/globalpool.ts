import { defineLayer } from "../model/layer-kind.js";

export const globalpool = defineLayer({
  name: "globalpool",
  summary: "The mean, or the largest, of all units of each channel: a map of one unit.",
  documentation: `
That unit sees the whole map, whatever its size, and so it lies nowhere in particular: it has no grid. To bring it back
beside other maps, as the image-level features of PSPNet and DeepLab are, resize it to one of them.`,
  example: "image_level = features -> globalpool",
  inputs: "one",
  parameters: {
    method: { type: "word", words: ["average", "max"], default: "average", documentation: "how units are reduced" },
  },
  channels: (_settings, [input = 0]) => input,
  transfer: () => ({ rule: "global" }),
  lower: (settings) => ({ op: "globalpool", method: settings.method }),
});
