import { defineLayer } from "../model/layer-kind.js";

export const softmax = defineLayer({
  name: "softmax",
  summary: "Turns the scores of each pixel into probabilities.",
  documentation: "Over channels, pixel by pixel. A net that is trained needs none: the loss takes scores.",
  example: "probability = score -> softmax",
  inputs: "one",
  parameters: {},
  channels: (_settings, [input = 0]) => input,
  lower: () => ({ op: "softmax" }),
});
