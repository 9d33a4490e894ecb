import { runJudge } from "./python.js";

export interface PlanJudgement {
  /** A file of the plan's JSON. */
  readonly plan: string;
  readonly weights: string;
  /** Array files [H, W, C] by input. */
  readonly inputs: Readonly<Record<string, string>>;
  /** Where the values [H, W, C] of operations go, by operation. */
  readonly values: Readonly<Record<string, string>>;
}

/** Runs a plan in PyTorch, in double precision. */
export async function judgePlan({ plan, weights, inputs, values }: PlanJudgement): Promise<void> {
  const pairs = (flag: string, files: Readonly<Record<string, string>>): string[] =>
    Object.entries(files).flatMap(([name, file]) => [flag, `${name}=${file}`]);
  const named = [...pairs("--input", inputs), ...pairs("--value", values)];
  await runJudge("plan_torch.py", ["--plan", plan, "--weights", weights, ...named]);
}
