import { diagnose } from "../diagnostics/diagnostic.js";
import { axes, type AxisName } from "../model/geometry.js";
import { toNumber } from "../model/rational.js";
import { isUndecided, smallest } from "../model/size-set.js";
import type { Check, Facts } from "./check.js";
import { pairText } from "./words.js";

export const fieldExceedsInput: Check = {
  code: {
    code: "field-exceeds-input",
    severity: "note",
    summary: "Scores see more pixels than the smallest image has.",
    explanation: `
Where the sizes of an input are stated, by numbers or by \`where\`, this says when the receptive field of an output is
larger than the smallest image: every score then sees padding on some side, as in training it may not have. That is no
fault, and usual for small images; a shallower trunk, or a larger least size, sees more image. Nets with dense layers or
global pooling are meant to see everything, and nothing is said of them.`,
    example: {
      failing: `fcn 1
net n {
  input image: rgb[16, 16, 3]
  a = image -> conv(8, 3, pad: 8, dilation: 8)
  b = conv(8, 3, pad: 1)
  output b
}
`,
      mended: `fcn 1
net n {
  input image: rgb[32, 32, 3]
  a = image -> conv(8, 3, pad: 8, dilation: 8)
  b = conv(8, 3, pad: 1)
  output b
}
`,
    },
  },
  *run(facts) {
    const [height, width] = [leastOf(facts, "y"), leastOf(facts, "x")];
    if (facts.graph.nodes.some((node) => node.kind === "layer" && node.layer.role === "dense")) return;
    for (const output of facts.graph.outputs) {
      const [y, x] = axes.map((axis) => facts.geometry[output.node]?.[axis].grid?.field ?? null);
      if (!y || !x) continue;
      const exceeds = (height !== null && toNumber(y) > height) || (width !== null && toNumber(x) > width);
      if (!exceeds) continue;
      const least = pairText(String(height ?? "any"), String(width ?? "any"));
      yield diagnose(
        this.code,
        `a score of \`${output.name}\` sees ${pairText(String(toNumber(y)), String(toNumber(x)))} px, and the smallest image has ${least}`,
        { at: output.span, label: "at that size, every score sees padding" },
      );
    }
  },
};

/** The smallest side that the inputs admit, where it is stated. */
function leastOf({ graph }: Facts, axis: AxisName): number | null {
  const sides = graph.nodes.flatMap((node) => {
    if (node.kind !== "input") return [];
    const side = axis === "y" ? node.height : node.width;
    if (typeof side === "number") return [side];
    const domain = graph.domain.get(side);
    const least = domain && !isUndecided(domain) ? smallest(domain) : null;
    // `H mod 32 == 0` has a least size, but states none.
    return !domain || isUndecided(domain) || least === null || least <= domain.period ? [] : [least];
  });
  return sides.length === 0 ? null : Math.min(...sides);
}
