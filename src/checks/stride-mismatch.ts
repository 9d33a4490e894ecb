import { diagnose } from "../diagnostics/diagnostic.js";
import { divide, isInteger, toString } from "../model/rational.js";
import { misfitOn } from "../passes/align.js";
import { exampleNet, type Check } from "./check.js";
import { axesWhere, axisText, nodeName, siteOf, whereTheyLie, whyNot } from "./words.js";

export const strideMismatch: Check = {
  code: {
    code: "stride-mismatch",
    severity: "error",
    whenAllowed: `
Maps that are merged are combined unit by unit where they are equal in size, which is proved. A crop is made at the
offset that it must state then, such as \`offset: 18\`. Either counts as lying where its reference lies: the first map,
or the one that is cropped to.`,
    summary: "Two maps that meet have different strides.",
    explanation: `
Maps can be added, joined or cropped to one another only where a step of one unit is the same step on the image. Upsample
the coarser one first, by the ratio of the strides.`,
    example: {
      failing: exampleNet(`  a = image -> conv(8, 3, pad: 1)
  b = maxpool(2)
  c = sum(a, b)
  output c`),
      mended: exampleNet(`  a = image -> conv(8, 3, pad: 1)
  b = maxpool(2)
  up = upsample(2x)
  d = image -> conv(8, 3, pad: 1)
  c = sum(d, up, crop: auto)
  output c`),
    },
  },
  *run(facts) {
    for (const meeting of facts.meetings) {
      const different = axesWhere((axis) => misfitOn(meeting, axis) === "stride-mismatch");
      const [first] = different;
      const strides = first && meeting[first].strides;
      if (!strides) continue;
      const [own, reference] = strides;
      const names = [nodeName(facts, meeting.own), nodeName(facts, meeting.reference)] as const;
      const ratio = divide(own, reference);
      const inverse = divide(reference, own);
      const help = isInteger(ratio)
        ? [`upsample \`${names[0]}\` by ${toString(ratio)}x first`]
        : isInteger(inverse)
          ? [`upsample \`${names[1]}\` by ${toString(inverse)}x first`]
          : ["bring both to one stride first"];
      yield diagnose(
        this.code,
        `\`${names[0]}\` has stride ${toString(own)} and \`${names[1]}\` stride ${toString(reference)}${axisText(different)}: they cannot ${meeting.kind === "crop" ? "be cropped to one another" : "be merged"}`,
        {
          at: siteOf(meeting.node, facts.graph.file),
          label: "they meet here",
          unallowable: whyNot(meeting),
          related: whereTheyLie(facts, meeting, true),
          help,
        },
      );
    }
  },
};
