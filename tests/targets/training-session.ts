/** Training graphs as a user has them: a folder, stock tfjs-node, and the module. */
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { loadNative } from "../../src/engines/native-package.js";
import type { Plan } from "../../src/model/plan.js";
import type { PlanWeights } from "../../src/weights/plan-weights.js";
import { open, type Tensor, type TensorFlow, type Training } from "../../targets/tfjs-node/module/train.js";
import { tfjsNodeTarget } from "../../targets/tfjs-node/tfjs-node.js";
import { nativeFolder } from "../engines/every-engine.js";
import { temporaryFolder } from "../weights/scratch.js";

export function tensorflow(): TensorFlow {
  return loadNative(nativeFolder ?? undefined).tensorflow as unknown as TensorFlow;
}

/** The plan compiled for training, loaded. */
export async function trainingOf(plan: Plan, weights: PlanWeights | null): Promise<Training & { folder: string }> {
  const folder = join(await temporaryFolder(), "graph");
  await tfjsNodeTarget.write(plan, weights, folder);
  const training = await open(folder, { tf: tensorflow() });
  onTestFinished(() => training.close());
  return Object.assign(training, { folder });
}

export interface Batch {
  readonly images: Readonly<Record<string, Tensor>>;
  readonly labels: Readonly<Record<string, Tensor>>;
}

export function dispose({ images, labels }: Batch): void {
  for (const tensor of [...Object.values(images), ...Object.values(labels)]) tensor.dispose();
}
