import { diagnose, type Diagnostic } from "../diagnostics/diagnostic.js";
import type { InputNode } from "../model/graph.js";
import { exampleNet, type Check, type Facts } from "./check.js";
import { callOf, roughly } from "./recipe-words.js";

const recipe = (loss: string, rate: string): string =>
  `${exampleNet("  score = image -> conv(21, 3)\n  output score")}
train n {
  loss: ${loss}
  optimizer: sgd(rate: ${rate}, momentum: 0.99)
}
`;

/** Rates for the mean over pixels beyond which none is meant so; those in use lie between 1e-5 and 0.1. */
const LARGEST_FOR_MEANS = 0.25;
const SMALLEST_FOR_MEANS = 1e-7;
const USUAL_SIDE = 500;

export const rateScale: Check = {
  code: {
    code: "rate-scale",
    severity: "warning",
    summary: "A learning rate belongs to the other reduction of the loss.",
    explanation: `
A loss that is summed over pixels has a gradient as many times larger as there are pixels: 250,000 times for a 500x500
image. So the reference nets, which sum, learn at 1e-10 to 1e-14, and others, which take the mean, at 1e-2 to 1e-5. One
kind of rate with the other kind of loss ends in NaN at once, or learns nothing. Rate by mean = rate by sum x pixels.`,
    example: {
      failing: recipe("softmax(reduce: mean)", "1e-10"),
      mended: recipe("softmax(reduce: sum)", "1e-10"),
    },
  },
  readsRecipe: true,
  *run(facts) {
    const { train, places } = facts.declarations;
    const loss = callOf(train?.["loss"]);
    const optimizer = callOf(train?.["optimizer"]);
    const rate = optimizer?.arguments["rate"];
    const reduce = loss?.arguments["reduce"];
    const at = places.get("optimizer");
    if (optimizer?.name !== "sgd" || typeof rate !== "number" || !at) return;
    const related = places.get("loss");
    const details = {
      at,
      related: related
        ? [{ span: related, message: reduce === "sum" ? "the loss is a sum" : "the loss is a mean" }]
        : [],
    };
    if (reduce === "sum") yield* tooLarge(rate, pixelsOf(facts), details);
    else if (reduce === "mean") yield* tooSmall(rate, pixelsOf(facts), details);
  },
};

interface Pixels {
  readonly count: number;
  /** `a 500x500 image` */
  readonly text: string;
}

type Details = NonNullable<Parameters<typeof diagnose>[2]>;

function* tooLarge(rate: number, { count, text }: Pixels, details: Details): Generator<Diagnostic> {
  const byMean = rate * count;
  if (byMean <= LARGEST_FOR_MEANS) return;
  yield diagnose(
    rateScale.code,
    `a rate of ${roughly(rate)} on a sum over pixels is a rate of ${roughly(byMean)} on their mean, for ${text}`,
    {
      ...details,
      label: "too large for a summed loss",
      notes: ["such steps end in NaN; the reference nets sum, and learn at 1e-10 to 1e-14"],
      help: [`write \`reduce: mean\`, or a rate of about ${roughly(rate / count)}`],
    },
  );
}

function* tooSmall(rate: number, { count, text }: Pixels, details: Details): Generator<Diagnostic> {
  if (rate <= 0 || rate >= SMALLEST_FOR_MEANS) return;
  yield diagnose(
    rateScale.code,
    `a rate of ${roughly(rate)} on the mean over pixels is a rate of ${roughly(rate / count)} on their sum, for ${text}`,
    {
      ...details,
      label: "too small for a mean: nothing would be learned",
      notes: ["rates of 1e-10 to 1e-14 in the reference nets belong to a summed loss"],
      help: [`write \`reduce: sum\`, or a rate of about ${roughly(rate * count)}`],
    },
  );
}

/** Of the input, where its size is fixed, or of a usual image. */
function pixelsOf({ graph }: Facts): Pixels {
  const input = graph.nodes.find((node): node is InputNode => node.kind === "input");
  const height = typeof input?.height === "number" ? input.height : USUAL_SIDE;
  const width = typeof input?.width === "number" ? input.width : USUAL_SIDE;
  return { count: height * width, text: `a ${height}x${width} image` };
}
