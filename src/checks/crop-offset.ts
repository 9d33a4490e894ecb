import { diagnose } from "../diagnostics/diagnostic.js";
import { statedOffset } from "../model/graph.js";
import { axes } from "../model/geometry.js";
import type { Pair } from "../model/plan.js";
import { toNumber } from "../model/rational.js";
import { evaluate } from "../model/size.js";
import { validForText } from "../model/size-set-text.js";
import { contradicts, derivedOffset, type Meeting } from "../passes/align.js";
import { exampleNet, type Check, type Facts } from "./check.js";
import { usualSizes } from "./input-sizes.js";
import { nodeName, pairText, siteOf, whereTheyLie, whyNot } from "./words.js";

export const cropOffset: Check = {
  code: {
    code: "crop-offset",
    severity: "error",
    whenAllowed: `
The crop is made at the stated offset, at which it is proved to fit. It counts as lying where its reference lies.`,
    summary: "A crop's stated offset is not the one that follows from the net.",
    explanation: `
The offset of a crop is no free choice: with another one, every score lies beside the pixel that it belongs to. It is
(origin of the reference - origin of the map) / stride, which padding, kernels and strides determine. It need not be
written; where it is, it is compared.`,
    example: {
      failing: exampleNet(`  a = image -> conv(8, 3, pad: 10)
  score = crop(to: image, offset: 5)
  output score`),
      mended: exampleNet(`  a = image -> conv(8, 3, pad: 10)
  score = crop(to: image)
  output score`),
    },
  },
  *run(facts) {
    for (const meeting of facts.meetings) {
      const stated = statedOffset(meeting.node);
      const derived = derivedOffset(meeting);
      const { strides } = meeting.y;
      if (!stated || !derived || !strides || !contradicts(meeting)) continue;
      const stride = toNumber(strides[0]);
      const [y, x] = [0, 1].map((axis) => Math.abs(stated[axis as 0 | 1] - derived[axis as 0 | 1]) * stride);
      const { place } = meeting.node;
      const written = place.arguments["offset"];
      // In a block, the number may have come through a parameter: there, nothing is replaced.
      const own = written?.file === facts.graph.file ? written : null;
      const at = own ?? siteOf(meeting.node, facts.graph.file);
      const answer = pairText(String(derived[0]), String(derived[1]));
      const name = nodeName(facts, meeting.own);
      const implied = meeting.node.name.includes("/");
      const put = implied ? name : meeting.node.name;
      yield diagnose(
        this.code,
        `crop offset ${pairText(String(stated[0]), String(stated[1]))} puts \`${put}\` ${pairText(String(y), String(x))} px off the image grid`,
        {
          at,
          label: `the derived offset is ${answer}`,
          related: whereTheyLie(facts, meeting),
          notes: [`${answer} holds for ${holding(facts)}`, ...centred(facts, meeting, stated)],
          help: [
            `write \`${implied ? "crop" : "offset"}: ${answer}\`, or ${implied ? "`crop: auto`" : "leave it out"}`,
          ],
          unallowable: whyNot(meeting),
          fixes:
            own && place.sites.length === 0
              ? [{ title: `write \`${answer}\``, span: own, replacement: answer, safe: true }]
              : [],
        },
      );
    }
  },
};

/** Whether the stated offset is the one that cuts as much from both ends, at the first usual size where it is. */
function centred({ geometry }: Facts, meeting: Meeting, stated: Pair): string[] {
  const [own, reference] = [geometry[meeting.own], geometry[meeting.reference]];
  if (!own || !reference) return [];
  const [top, left] = axes.map((axis, index) => {
    const [whole, part] = [own[axis].size, reference[axis].size];
    return usualSizes.find((size) => {
      const spare = evaluate(whole, size) - evaluate(part, size);
      return spare > 0 && (Math.floor(spare / 2) === stated[index] || Math.ceil(spare / 2) === stated[index]);
    });
  });
  if (top === undefined || left === undefined) return [];
  return [
    `${pairText(String(stated[0]), String(stated[1]))} would centre the crop for an image of ${pairText(String(top), String(left))} px; maps do not lie centred, and what they have to spare changes with the size`,
  ];
}

/** The sizes of the input, in words; offsets do not depend on them. */
function holding(facts: Facts): string {
  return facts.graph.domain.size === 0 ? "the size of the input" : validForText(facts.graph.domain);
}
