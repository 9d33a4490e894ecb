import { diagnose } from "../diagnostics/diagnostic.js";
import type { Alignment } from "../model/geometry.js";
import { multiply, rational, subtract, toString } from "../model/rational.js";
import { misfitOn, misfitsOf } from "../passes/align.js";
import { exampleNet, type Check } from "./check.js";
import { axesWhere, axisText, nodeName, pairText, siteOf, whereTheyLie, whyNot } from "./words.js";

const zero = rational(0);

export const cropBounds: Check = {
  code: {
    code: "crop-bounds",
    severity: "error",
    whenAllowed: `
A crop is made at the offset that it must state then, such as \`offset: 18\`; sizes at which it does not fit are taken
out of the valid ones. It counts as lying where its reference lies.`,
    summary: "A map does not reach as far as the one that it is cropped to.",
    explanation: `
A negative offset would need rows above the map, which are not there. The FCN reference nets pad their first layer by 100
pixels so that every score map reaches past the image; 81 would do for FCN-32s, 73 for 16s and 69 for 8s, for images
that are large enough.`,
    example: {
      failing: exampleNet(`  a = image -> conv(8, 3)
  score = crop(to: image)
  output score`),
      mended: exampleNet(`  a = image -> conv(8, 3, pad: 2)
  score = crop(to: image)
  output score`),
    },
  },
  *run(facts) {
    for (const meeting of facts.meetings) {
      if (!misfitsOf(meeting).includes("crop-bounds")) continue;
      const short = axesWhere((axis) => misfitOn(meeting, axis) === "crop-bounds");
      const [first = "y"] = short;
      const reference = nodeName(facts, meeting.reference);
      const inside = ({ offset: units, strides: steps }: Alignment): string =>
        units && steps ? toString(multiply(subtract(zero, units), steps[0])) : "";
      const missing = short.length === 2 ? pairText(inside(meeting.y), inside(meeting.x)) : inside(meeting[first]);
      const failure = { node: meeting.node.id, axis: first, meeting } as const;
      yield diagnose(
        this.code,
        `\`${nodeName(facts, meeting.own)}\` begins ${missing} px inside \`${reference}\`${axisText(short)}, so it cannot be cropped to it`,
        {
          at: siteOf(meeting.node, facts.graph.file),
          label: `the derived offset is ${pairText(toString(meeting.y.offset ?? zero), toString(meeting.x.offset ?? zero))}`,
          unallowable: whyNot(meeting),
          related: whereTheyLie(facts, meeting),
          help: facts.mend({
            ...failure,
            symbol: null,
            cause: "crop",
            added: { undecided: "" },
            total: { undecided: "" },
          }),
        },
      );
    }
  },
};
