import { diagnose } from "../diagnostics/diagnostic.js";
import type { AxisName } from "../model/geometry.js";
import { compare, isInteger, rational, toString, type Rational } from "../model/rational.js";
import { exampleNet, type Check } from "./check.js";
import { axesWhere, axisText, nodeName, pairText, siteOf, whereTheyLie } from "./words.js";

const zero = rational(0);

export const gridShift: Check = {
  code: {
    code: "grid-shift",
    severity: "error",
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
      const { y, x } = meeting;
      if (meeting.kind !== "merge" || !y.offset || !x.offset || !isInteger(y.offset) || !isInteger(x.offset)) continue;
      const apart = axesWhere((axis) => compare(meeting[axis].offset ?? zero, zero) !== 0);
      if (apart.length === 0) continue;
      const own = nodeName(facts, meeting.own);
      const reference = nodeName(facts, meeting.reference);
      const behind = apart.some((axis) => compare(meeting[axis].offset ?? zero, zero) < 0);
      yield diagnose(
        this.code,
        `\`${own}\` lies ${distance(y.offset, x.offset, apart)} off \`${reference}\`${axisText(apart)}: unlike places would be merged`,
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
function distance(y: Rational, x: Rational, apart: readonly AxisName[]): string {
  const [first] = apart;
  const [down, across] = [y, x].map((offset) => toString(offset).replace("-", ""));
  const text = apart.length === 2 ? pairText(down ?? "", across ?? "") : ((first === "y" ? down : across) ?? "");
  return `${text} ${text === "1" ? "unit" : "units"}`;
}
