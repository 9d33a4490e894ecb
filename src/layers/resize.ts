import { defineLayer } from "../model/layer-kind.js";

export const resize = defineLayer({
  name: "resize",
  summary: "Interpolates a map to a multiple of its size, or to the size of another map.",
  documentation: `
\`align: half_pixel\` puts the borders of both maps upon one another (TensorFlow's half_pixel_centers, PyTorch's
\`align_corners=False\`), \`align: corners\` the centres of their corner units (\`align_corners=True\`). Beyond the centres
of the outermost units the map goes on as it ends. \`nearest\` takes the unit whose area holds the new centre.

By a factor f and with half-pixel centres the grid is exact: stride s / f, origin o + s (1 / f - 1) / 2. Otherwise it is
exact only where the ratio of the sizes is the same for every input; where it is not, the map has no grid to check
against until \`fcnc inspect --size\` names a size, and says how far the map is shifted there. So \`upsample\` and \`crop\`
keep more promises than \`resize(to: image)\`.`,
  example: "score = resize(to: image)",
  inputs: "target",
  parameters: {
    factor: { type: "factor", default: null, documentation: "units of output for one of input, `2x`; or give `to:`" },
    method: {
      type: "word",
      words: ["bilinear", "nearest"],
      default: "bilinear",
      documentation: "how values between units are found",
    },
    align: {
      type: "word",
      words: ["half_pixel", "corners"],
      default: "half_pixel",
      documentation: "what stays in place: the borders, or the centres of the corner units",
    },
  },
  channels(settings, inputs) {
    const isTo = inputs.length > 1;
    if (isTo && settings.factor !== null)
      return { problem: "a map is resized by a factor or to a map, not both", parameter: "factor" };
    if (!isTo && settings.factor === null)
      return {
        problem: "`resize` does not say to what size",
        help: "write a factor, `resize(2x)`, or the map whose size it takes, `resize(to: image)`",
      };
    return inputs[0] ?? 0;
  },
  transfer: ({ factor, method, align }) => ({ rule: "resize", factor, method, align }),
  lower: ({ factor, method, align }) => ({ op: "resize", method, align, factor }),
});
