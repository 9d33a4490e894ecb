import { diagnose } from "../diagnostics/diagnostic.js";
import { axes, type AxisName } from "../model/geometry.js";
import { add, compare, divide, rational, subtract, toNumber, toString, type Rational } from "../model/rational.js";
import { exampleNet, type Check, type Facts } from "./check.js";

const zero = rational(0);

export const deadBorder: Check = {
  code: {
    code: "dead-border",
    severity: "warning",
    summary: "The outermost scores of an output see nothing but padding.",
    explanation: `
A unit sees as much of the image as its receptive field covers. Where padding is larger than the field, the first rows and
columns are the same for every image. The FCN nets pad by 100 and crop: what they put out lies on the image, so this
speaks of outputs alone, after their crops. Pad less, or crop to the image.`,
    example: {
      failing: exampleNet(`  a = image -> conv(8, 3, pad: 10)
  output a`),
      mended: exampleNet(`  a = image -> conv(8, 3, pad: 10)
  score = crop(to: image)
  output score`),
    },
  },
  *run(facts) {
    for (const output of facts.graph.outputs) {
      const axis = axes.find((each) => deadUnits(facts, output.node, each) > 0);
      if (!axis) continue;
      const count = deadUnits(facts, output.node, axis);
      const grid = facts.geometry[output.node]?.[axis].grid;
      const line = axis === "y" ? "row" : "column";
      yield diagnose(
        this.code,
        count === 1
          ? `the first ${line} of \`${output.name}\` sees nothing but padding`
          : `the first ${count} ${line}s of \`${output.name}\` see nothing but padding`,
        {
          at: output.span,
          label: grid
            ? `unit 0 is centred on image pixel ${toString(grid.origin)} and sees ${toString(grid.field)} px`
            : "",
          help: ["add `crop(to: ...)` with the input before the output, or pad less"],
        },
      );
    }
  },
};

/** Units from 0 on whose field ends before pixel 0. */
function deadUnits({ geometry }: Facts, node: number, axis: AxisName): number {
  const grid = geometry[node]?.[axis].grid;
  if (!grid) return 0;
  const last = add(grid.origin, divide(subtract(grid.field, rational(1)), rational(2)));
  return compare(last, zero) < 0 ? Math.ceil(toNumber(divide(negative(last), grid.stride))) : 0;
}

function negative(value: Rational): Rational {
  return subtract(zero, value);
}
