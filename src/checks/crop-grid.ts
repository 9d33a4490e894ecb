import { diagnose } from "../diagnostics/diagnostic.js";
import { misfitsOf } from "../passes/align.js";
import { exampleNet, type Check } from "./check.js";
import { nodeName, siteOf, whyNot } from "./words.js";

export const cropGrid: Check = {
  code: {
    code: "crop-grid",
    severity: "error",
    whenAllowed: `
A crop is made at the offset that it must state then, such as \`offset: 18\`; sizes at which it does not fit are taken
out of the valid ones. Where it lies stays unknown.`,
    summary: "A crop between maps of which one lies on no known grid.",
    explanation: `
The offset of a crop follows from the grids of two maps. A map that was resized by a ratio that depends on the input's
size, or pooled globally, has none that holds for every size. \`resize(to: ...)\` gives it the other's size without a
crop; \`upsample\` in its place gives it a grid.`,
    example: {
      failing: exampleNet(`  a = image -> conv(8, 3, pad: 9) -> maxpool(2)
  b = a -> resize(2x, align: corners)
  score = crop(to: image)
  output score`),
      mended: exampleNet(`  a = image -> conv(8, 3, pad: 9) -> maxpool(2)
  b = a -> upsample(2x)
  score = crop(to: image)
  output score`),
    },
  },
  *run(facts) {
    for (const meeting of facts.meetings) {
      if (!misfitsOf(meeting).includes("crop-grid")) continue;
      const lost = [meeting.own, meeting.reference].find((index) => {
        const geometry = facts.geometry[index];
        return geometry && !(geometry.y.grid && geometry.x.grid);
      });
      const name = nodeName(facts, lost ?? meeting.own);
      const reference = nodeName(facts, meeting.reference);
      yield diagnose(this.code, `\`${name}\` has no grid that holds for every size, so no offset can be derived`, {
        at: siteOf(meeting.node, facts.graph.file),
        label: "cropped here",
        unallowable: whyNot(meeting),
        help: [
          `write \`resize(to: ${reference})\`, which needs no offset`,
          "or make the map by `upsample`, or by `resize` with a factor and half-pixel centres",
        ],
      });
    }
  },
};
