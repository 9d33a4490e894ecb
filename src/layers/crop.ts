import { defineLayer } from "../model/layer-kind.js";

export const crop = defineLayer({
  name: "crop",
  summary: "Cuts a map to the size and place of another one.",
  documentation: `
The offset is derived from the two grids: (origin of the reference - origin of the map) / stride. It must be a whole
number of at least 0, and the map must reach far enough, both of which are proved for every input size. An offset that
is written is compared with the derived one; where it is another, a comment may allow it: \`// allow crop-offset: why\`.`,
  example: "score = crop(to: image)",
  inputs: "reference",
  role: "crop",
  parameters: {
    offset: { type: "offset", documentation: "first row and column that are kept: `auto`, `19`, or `[19, 27]`" },
  },
  channels: (_settings, [input = 0]) => input,
  lower() {
    throw new Error("a crop is lowered with the offset that the align pass found");
  },
});
