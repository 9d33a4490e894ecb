import { diagnose } from "../diagnostics/diagnostic.js";
import { toNumber, toString } from "../model/rational.js";
import type { Check } from "./check.js";
import { pairText } from "./words.js";

export const tapStride: Check = {
  code: {
    code: "tap-stride",
    severity: "error",
    whenAllowed: "The tap has the stride that the net gives it.",
    summary: "A tap does not have the stride that it is declared with.",
    explanation: `
\`tap pool4 at stride 16\` is a claim that fcnc proves, so that a skip is never taken from the wrong depth. An override of
a stride above the tap makes it wrong as well, and so does \`rarefy\`, which takes strides away and dilates what comes
after them; where that is meant, the use states the new stride, which is proved in its turn: \`taps: { fc7: 8 }\`. A use
that says so, or that changes a kernel, a stride or a dilation, is no longer held to what the backbone expects of itself.`,
    example: {
      failing: `fcn 1
backbone b {
  input image: rgb[32, 32, 3]
  conv1 = conv(8, 3, pad: 1)
  pool1 = maxpool(2)
  tap pool1 at stride 4
}
`,
      mended: `fcn 1
backbone b {
  input image: rgb[32, 32, 3]
  conv1 = conv(8, 3, pad: 1)
  pool1 = maxpool(2)
  tap pool1 at stride 2
}
`,
    },
  },
  *run(facts) {
    for (const tap of facts.graph.taps) {
      const geometry = facts.geometry[tap.node];
      if (!geometry) continue;
      const strides = [geometry.y.grid, geometry.x.grid].flatMap((grid) => (grid ? [grid.stride] : []));
      if (strides.length < 2) {
        yield diagnose(this.code, `\`${tap.name}\` has no stride that holds for every size of the input`, {
          at: tap.span,
        });
        continue;
      }
      if (strides.every((stride) => toNumber(stride) === tap.stride)) continue;
      const [y, x] = strides.map((stride) => toString(stride));
      const actual = pairText(y ?? "", x ?? "");
      yield diagnose(this.code, `\`${tap.name}\` has stride ${actual}, not ${tap.stride}`, {
        at: tap.span,
        label: `the stride is ${actual}`,
        related: tap.site ? [{ span: tap.site, message: "used here" }] : [],
        help: tap.site
          ? [
              "`rarefy`, an override of a stride or a layer that was left out changes it",
              `if that is meant, say so where it is used: \`taps: { ${tap.name}: ${actual} }\``,
            ]
          : [`write ${actual}`],
        fixes:
          tap.site || y !== x
            ? []
            : [{ title: `write \`${actual}\``, span: tap.span, replacement: actual, safe: true }],
      });
    }
  },
};
