/** A compiled net on an engine, as validation and reports ask it. */
import type { Batch } from "../data/batch.js";
import type { LoadedModel, Value } from "../engines/engine.js";
import type { Plan } from "../model/plan.js";
import type { Predictor } from "../train/validate.js";
import { maskOf } from "./open-net.js";

export function predictorOf(plan: Plan, model: LoadedModel): Predictor {
  const masks = plan.outputs.map(({ name }) => ({ name, node: maskOf(model, name) }));
  const nodes = masks.map(({ node }) => node);
  return {
    async predict(images: Batch["images"]) {
      const found = await model.run(images, nodes);
      return Object.fromEntries(masks.map(({ name, node }) => [name, { mask: classesOf(found[node], name) }]));
    },
  };
}

/** Classes are int32 on every engine. */
export function classesOf(mask: Value | undefined, output: string): { shape: readonly number[]; data: Int32Array } {
  if (!(mask?.data instanceof Int32Array)) throw new Error(`the model gave no mask for ${output}`);
  return { shape: mask.shape, data: mask.data };
}
