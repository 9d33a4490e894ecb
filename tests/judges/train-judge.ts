import { join } from "node:path";
import { writeFileSync } from "node:fs";
import type { Plan } from "../../src/model/plan.js";
import { writeNpy, type NumpyArray } from "./npy.js";
import { runJudge } from "./python.js";

export interface TrainJudgement {
  readonly plan: Plan;
  /** A safetensors file. */
  readonly weights: string;
  readonly rate: number;
  /** [steps, N, H, W, C] by input. */
  readonly images: Readonly<Record<string, NumpyArray>>;
  /** [steps, N, H, W] by output. */
  readonly labels: Readonly<Record<string, NumpyArray>>;
}

/** Trains a plan in PyTorch, in double precision. Files go into `folder`. */
export async function judgeTraining(
  folder: string,
  { plan, weights, rate, images, labels }: TrainJudgement,
): Promise<{ readonly losses: readonly number[]; readonly out: string }> {
  const planFile = join(folder, "judged-plan.json");
  writeFileSync(planFile, JSON.stringify(plan));
  const files = (flag: string, arrays: Readonly<Record<string, NumpyArray>>): string[] =>
    Object.entries(arrays).flatMap(([name, array]) => {
      const path = join(folder, `${flag.slice(2)}-${name}.npy`);
      writeNpy(path, array);
      return [flag, `${name}=${path}`];
    });
  const out = join(folder, "judged.safetensors");
  const said = await runJudge("train_torch.py", [
    "--plan",
    planFile,
    "--weights",
    weights,
    "--rate",
    String(rate),
    "--out",
    out,
    ...files("--image", images),
    ...files("--label", labels),
  ]);
  return { losses: (JSON.parse(said) as { losses: number[] }).losses, out };
}
