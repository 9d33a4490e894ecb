import { defineLayer } from "../model/layer-kind.js";

export const concat = defineLayer({
  name: "concat",
  summary: "Joins the channels of maps of equal size.",
  documentation: `
The channels of the first map come first. The maps must lie on the same grid, as for \`sum\`; \`crop: auto\` crops those
after the first to it, as U-Net's skips need.`,
  example: "joined = concat(up1, enc1, crop: auto)",
  inputs: "many",
  parameters: {},
  channels: (_settings, inputs) => inputs.reduce((total, channels) => total + channels, 0),
  lower: () => ({ op: "concat" }),
});
