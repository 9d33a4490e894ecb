import { sameChannels } from "./channels.js";
import { defineLayer } from "../model/layer-kind.js";

export const product = defineLayer({
  name: "product",
  summary: "Multiplies maps of equal size, element by element.",
  documentation: "The maps must lie on the same grid, as for `sum`; `crop: auto` crops those after the first to it.",
  example: "gated = product(features, gate)",
  inputs: "many",
  parameters: {},
  channels: (_settings, inputs) => sameChannels(inputs, "multiplied"),
  lower: () => ({ op: "product" }),
});
