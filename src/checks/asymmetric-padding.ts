import { diagnose } from "../diagnostics/diagnostic.js";
import { axes, type AxisName } from "../model/geometry.js";
import type { LayerNode } from "../model/graph.js";
import { add, compare, multiply, rational, subtract, toString, type Rational } from "../model/rational.js";
import { sameSize } from "../model/size.js";
import { exampleNet, type Check, type Facts } from "./check.js";
import { axesWhere, axisText, siteOf } from "./words.js";

const zero = rational(0);
const one = rational(1);

export const asymmetricPadding: Check = {
  code: {
    code: "asymmetric-padding",
    severity: "warning",
    summary: "Scores are as many as pixels, but padding on one side puts them beside theirs.",
    explanation: `
A map of the image's size looks right whatever its place. Where rows are added above and none below, each score lies some
pixels off the pixel that it is taken for. Pad both sides alike, or pad as you like and end with \`crop(to: image)\`, which
looks for the place.`,
    example: {
      failing: exampleNet(`  a = image -> pad(top: 2, left: 2) -> conv(8, 3)
  output a`),
      mended: exampleNet(`  a = image -> pad(1) -> conv(8, 3)
  output a`),
    },
  },
  *run(facts) {
    for (const output of facts.graph.outputs) {
      const found = oneSided(facts, output.node);
      if (!found) continue;
      const off = axesWhere((axis) => offBy(facts, output.node, found, axis) !== null);
      const [first] = off;
      const shift = first && offBy(facts, output.node, found, first);
      if (!shift) continue;
      const [before, after] = bordersOf(found, first);
      const half = (before + after) / 2;
      yield diagnose(
        this.code,
        `\`${output.name}\` has the size of the image and lies ${toString(shift)} px beside it${axisText(off)}`,
        {
          at: siteOf(found, facts.graph.file),
          label: `${before} ${first === "y" ? "above and" : "on the left and"} ${after} ${first === "y" ? "below" : "on the right"}`,
          related: [{ span: output.span, message: "each score is taken for the pixel of its place" }],
          help: [`pad ${half} on both sides, or end with \`crop(to: ...)\`, which finds the place`],
        },
      );
    }
  },
};

/** The nearest one-sided padding above an output that no crop comes after. */
function oneSided({ graph }: Facts, output: number): LayerNode | null {
  for (let index = output; ;) {
    const node = graph.nodes[index];
    if (node?.kind !== "layer" || node.layer.role === "crop" || node.layer.inputs === "target") return null;
    const uneven = axes.some((axis) => {
      const [before, after] = bordersOf(node, axis);
      return before !== after;
    });
    if (uneven) return node;
    index = node.inputs[0] ?? -1;
  }
}

function bordersOf({ layer, settings }: LayerNode, axis: AxisName): readonly [number, number] {
  const rule = layer.transfer?.(settings, axis === "y" ? 0 : 1);
  return rule?.rule === "padding" ? [rule.before, rule.after] : [0, 0];
}

/** How far the output lies off the image, where as much padding on both sides would bring it nearer. */
function offBy(facts: Facts, output: number, padding: LayerNode, axis: AxisName): Rational | null {
  const own = facts.geometry[output]?.[axis];
  const padded = facts.geometry[padding.inputs[0] ?? -1]?.[axis];
  const image = facts.geometry[facts.graph.nodes.findIndex((node) => node.kind === "input")]?.[axis];
  if (!own?.grid || !padded?.grid || !image || !sameSize(own.size, image.size)) return null;
  if (compare(own.grid.stride, one) !== 0) return null;
  const [before, after] = bordersOf(padding, axis);
  if ((before + after) % 2 !== 0) return null;
  const even = add(own.grid.origin, multiply(padded.grid.stride, rational((before - after) / 2)));
  return compare(size(even), size(own.grid.origin)) < 0 ? size(own.grid.origin) : null;
}

function size(value: Rational): Rational {
  return compare(value, zero) < 0 ? subtract(zero, value) : value;
}
