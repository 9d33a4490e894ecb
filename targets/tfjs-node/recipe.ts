import type { Plan, PlanValue } from "../../src/model/plan.js";
import { callOf, isList, isSettings, numberOf } from "../../src/model/plan-values.js";
import { TargetError } from "../target.js";

/** What a training graph needs to know of a recipe, with the defaults filled in. */
export interface Recipe {
  readonly loss: LossRecipe;
  readonly optimizer: Optimizer;
  /** The seed of dropout and of loss sampling, where nobody says otherwise. */
  readonly seed: number;
}

export interface LossRecipe {
  /** Over the pixels of an image, and then the mean over images; or the mean over all pixels that count. */
  readonly reduce: "sum" | "mean";
  /** The share of pixels whose loss is kept: 1 keeps all. */
  readonly sample: number;
  /** For each head, in the order of the plan's outputs. */
  readonly heads: readonly HeadRecipe[];
}

export interface HeadRecipe {
  readonly weight: number;
  /** By class; null where all count alike. */
  readonly classWeights: readonly number[] | null;
}

export type Optimizer =
  | { readonly kind: "sgd"; readonly rate: number | null; readonly momentum: number; readonly decay: number }
  | {
      readonly kind: "adam";
      readonly rate: number | null;
      readonly beta1: number;
      readonly beta2: number;
      readonly epsilon: number;
      readonly decay: number;
    };

/**
 * Reads `plan.train`. A loss that is left out is the mean over pixels; momentum and decay that are left out are 0, as in
 * Caffe; Adam's numbers are those of its paper.
 *
 * @throws {TargetError} where the net has no recipe, or one that leaves open what to train with.
 */
export function readRecipe(plan: Plan): Recipe {
  const { train } = plan;
  if (train === null)
    throw new TargetError(
      `\`${plan.net}\` has no recipe, and training takes its loss and its optimizer from one. ` +
        `Write \`train ${plan.net} { optimizer: sgd(rate: 1e-3, momentum: 0.9) }\` into ${plan.file}.`,
    );
  const seed = train["seed"];
  return {
    loss: readLoss(plan, train["loss"]),
    optimizer: readOptimizer(plan, train["optimizer"]),
    seed: typeof seed === "number" ? seed : 0,
  };
}

function readOptimizer(plan: Plan, value: PlanValue | undefined): Optimizer {
  const call = callOf(value);
  if (call === null)
    throw new TargetError(
      `the recipe of \`${plan.net}\` names no optimizer. Write one such as ` +
        `\`optimizer: sgd(rate: 1e-3, momentum: 0.9, decay: 5e-4)\`.`,
    );
  const number = (key: string, otherwise: number): number => numberOf(call.arguments[key]) ?? otherwise;
  const rate = numberOf(call.arguments["rate"]);
  const decay = number("decay", 0);
  if (call.name === "sgd") return { kind: "sgd", rate, momentum: number("momentum", 0), decay };
  if (call.name === "adam")
    return {
      kind: "adam",
      rate,
      beta1: number("beta1", 0.9),
      beta2: number("beta2", 0.999),
      epsilon: number("epsilon", 1e-8),
      decay,
    };
  throw new TargetError(`the recipe of \`${plan.net}\` has the optimizer \`${call.name}\`: it can be sgd or adam.`);
}

function readLoss(plan: Plan, value: PlanValue | undefined): LossRecipe {
  const settings = callOf(value)?.arguments ?? {};
  const sample = numberOf(settings["sample"]) ?? 1;
  if (!(sample > 0 && sample <= 1))
    throw new TargetError(`\`loss: softmax(sample: ${sample})\`: the share of pixels is above 0 and at most 1.`);
  return {
    reduce: settings["reduce"] === "sum" ? "sum" : "mean",
    sample,
    heads: plan.outputs.map(({ name, classes }, index) => ({
      weight: headWeight(plan, settings["heads"], name, index),
      classWeights: classWeights(plan, settings["weights"], name, classes),
    })),
  };
}

/** `heads: { semantic: 1, geometric: 0.5 }`, or a list in the order of the outputs. */
function headWeight(plan: Plan, value: PlanValue | undefined, head: string, index: number): number {
  if (value === undefined) return 1;
  const names = plan.outputs.map(({ name }) => name);
  const example = `\`heads: { ${names.map((name) => `${name}: 1`).join(", ")} }\``;
  const listed: PlanValue | undefined = isList(value) ? value[index] : isSettings(value) ? value[head] : undefined;
  const unknown =
    isList(value) || !isSettings(value) ? undefined : Object.keys(value).find((key) => !names.includes(key));
  if (unknown !== undefined)
    throw new TargetError(
      `\`heads\` of the loss names \`${unknown}\`, and \`${plan.net}\` has no such output: ${example}`,
    );
  const weight = numberOf(listed);
  if (weight === null || weight < 0)
    throw new TargetError(`\`heads\` of the loss has no weight from 0 on for the output \`${head}\`: ${example}`);
  return weight;
}

/** A list of as many numbers as there are classes, or such lists by output. */
function classWeights(
  plan: Plan,
  value: PlanValue | undefined,
  head: string,
  classes: number,
): readonly number[] | null {
  if (value === undefined) return null;
  const own = isList(value) ? value : isSettings(value) ? value[head] : undefined;
  if (own === undefined && isSettings(value)) return null;
  const numbers = isList(own) ? own.map(numberOf) : [];
  const isWhole = numbers.length === classes && numbers.every((number) => number !== null && number >= 0);
  if (!isWhole)
    throw new TargetError(
      `\`weights\` of the loss is a list of one number from 0 on for each of the ${classes} classes of \`${head}\`` +
        `${plan.outputs.length > 1 ? `, or such lists by output: \`weights: { ${head}: [1, 2, ...] }\`` : ""}.`,
    );
  return numbers as readonly number[];
}
