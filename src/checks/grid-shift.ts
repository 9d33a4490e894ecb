import { diagnose } from "../diagnostics/diagnostic.js";
import type { AxisName } from "../model/geometry.js";
import { compare, rational, toString } from "../model/rational.js";
import { misfitOn, misfitsOf, type Meeting } from "../passes/align.js";
import { exampleNet, type Check } from "./check.js";
import { axesWhere, axisText, nodeName, pairText, siteOf, whereTheyLie } from "./words.js";

const zero = rational(0);

export const gridShift: Check = {
  code: {
    code: "grid-shift",
    severity: "error",
    whenAllowed: `
The maps are combined unit by unit where they are equal in size, which is proved. The result counts as lying where the
first one lies.`,
    summary: "Two maps are merged that lie whole units apart.",
    explanation: `
They may even have one size at some input, but unit 0 of one is not where unit 0 of the other is, so unlike places would
be added. \`crop: auto\` cuts the second to the first.`,
    example: {
      failing: exampleNet(`  a = image -> conv(8, 3)
  b = image -> conv(8, 3, pad: 1)
  c = sum(a, b)
  output c`),
      mended: exampleNet(`  a = image -> conv(8, 3)
  b = image -> conv(8, 3, pad: 1)
  c = sum(a, b, crop: auto)
  output c`),
    },
  },
  *run(facts) {
    for (const meeting of facts.meetings) {
      if (!misfitsOf(meeting).includes("grid-shift")) continue;
      const apart = axesWhere((axis) => misfitOn(meeting, axis) === "grid-shift");
      const own = nodeName(facts, meeting.own);
      const reference = nodeName(facts, meeting.reference);
      const behind = apart.some((axis) => compare(meeting[axis].offset ?? zero, zero) < 0);
      yield diagnose(
        this.code,
        `\`${own}\` lies ${distance(meeting, apart)} off \`${reference}\`${axisText(apart)}: unlike places would be merged`,
        {
          at: siteOf(meeting.node, facts.graph.file),
          label: "they meet here",
          related: whereTheyLie(facts, meeting),
          help: [
            behind
              ? `name \`${own}\` first and add \`crop: auto\`, which crops the others to it`
              : `add \`crop: auto\`, which crops \`${own}\` to \`${reference}\``,
          ],
        },
      );
    }
  },
};

/** `1 unit`, `[1, 2] units`; the axes on which nothing is off are not named. */
function distance(meeting: Meeting, apart: readonly AxisName[]): string {
  const [first = "", second = first] = apart.map((axis) => toString(meeting[axis].offset ?? zero).replace("-", ""));
  const text = pairText(first, second);
  return `${text} ${text === "1" ? "unit" : "units"}`;
}
