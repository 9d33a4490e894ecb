/** `--weights`: opens what was named, matches it with the plan, and says by name what does not fit. */
import type { Plan } from "../model/plan.js";
import { describeProblem } from "../weights/describe.js";
import { initWeights } from "../weights/init.js";
import { matchWeights, type WeightProblem } from "../weights/match.js";
import { openWeightFile } from "../weights/formats/index.js";
import type { PlanWeights } from "../weights/plan-weights.js";

import { Fault, UsageError } from "./fail.js";
import { tellNote } from "./output.js";

export interface WeightOptions {
  readonly weights?: string;
  readonly seed: number;
  readonly allow?: string;
}

const allowable = ["missing", "left-over", "misshapen"] as const;

/** Null where no weights were named. The caller closes what it gets. */
export async function openWeights(plan: Plan, options: WeightOptions): Promise<PlanWeights | null> {
  const allowed = (options.allow ?? "")
    .split(",")
    .map((word) => word.trim())
    .filter((word) => word !== "");
  for (const word of allowed)
    if (!allowable.some((known) => known === word))
      throw new UsageError(`--allow knows ${allowable.join(", ")}, and not \`${word}\``);
  if (options.weights === undefined) return null;
  if (options.weights === "init") return initWeights(plan, options.seed);
  const file = await openWeightFile(options.weights);
  const { weights, problems } = matchWeights(plan, file, options.seed);
  const isAllowed = (problem: WeightProblem): boolean => allowed.includes(problem.kind);
  const refused = problems.filter((problem) => !isAllowed(problem));
  if (refused.length > 0) {
    await weights.close();
    throw new Fault(
      `${options.weights} does not fit ${plan.net}:\n${refused.map((problem) => `  - ${describeProblem(problem, options.weights ?? "")}`).join("\n")}`,
      wayOut(refused),
    );
  }
  for (const problem of problems) tellNote(describeProblem(problem, options.weights ?? ""));
  return weights;
}

function wayOut(refused: readonly WeightProblem[]): string[] {
  const kinds = allowable.filter((kind) => refused.some((problem) => problem.kind === kind));
  if (refused.some(({ kind }) => !allowable.some((known) => known === kind))) return ["write the file anew as float32"];
  return [`\`--allow ${kinds.join(",")}\` goes on all the same: missing and misshapen tensors start as the spec says`];
}
