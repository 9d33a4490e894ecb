import type { Plan } from "../../src/model/plan.js";
import type { PlanWeights } from "../../src/weights/plan-weights.js";
import type { StorageRule } from "../storage.js";
import { buildModel, type BuildOptions } from "./build.js";
import type { RuntimeNet } from "./runtime-net.js";
import { StoredWeights } from "./stored-weights.js";

/** A net for TF.js: `model.json`, whose manifest lists the shards. */
export async function tfjsNet(
  plan: Plan,
  weights: PlanWeights | null,
  rules: readonly StorageRule[],
  options: BuildOptions,
): Promise<RuntimeNet> {
  const model = await buildModel(plan, weights, options);
  const stored = new StoredWeights(plan, model, weights === null ? [] : rules);
  return {
    file: "model.json",
    heads: model.heads,
    learned: model.learned,
    floatBytes: model.weightBytes,
    bytes: stored.bytes,
    stored: stored.stored,
    data: () => stored.data(),
    webgpu: null,
    graph(paths) {
      // The ranges of quantized weights are found as they are written.
      const specs = weights === null ? model.modelJson.weightsManifest[0]?.weights : stored.specs;
      const json = { ...model.modelJson, weightsManifest: [{ paths, weights: specs }] };
      return new TextEncoder().encode(`${JSON.stringify(json)}\n`);
    },
  };
}
