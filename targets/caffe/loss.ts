import { field, identifier, message } from "../../src/caffe/message.js";
import type { Plan, PlanOutput, PlanSettings } from "../../src/model/plan.js";
import { isCall } from "./data.js";
import type { CaffeLayer } from "./layer.js";
import type { LoweredNet } from "./lower.js";
import { labelBlobs } from "./names.js";

export interface Losses {
  readonly layers: readonly CaffeLayer[];
  /** What the layers say of the recipe's `loss`. */
  readonly said: PlanSettings | null;
}

/**
 * A SoftmaxWithLoss for each head. `reduce: sum` adds up over pixels (NONE), `mean` divides by those that count (VALID).
 * Normalizing by the batch, as the published nets do, is the sum for their batches of one.
 */
export function losses(plan: Plan, { blobs, names }: LoweredNet): Losses {
  const declared = plan.train?.["loss"];
  const reduce = isCall(declared) && declared.call === "softmax" ? declared.arguments["reduce"] : undefined;
  const normalization = reduce === "sum" ? "NONE" : "VALID";
  const labels = labelBlobs(plan);
  const layers = plan.outputs.map((output, index): CaffeLayer => {
    const label = labels[index] ?? "label";
    const name = names.free(index === 0 ? "loss" : `loss_${label}`);
    const fields = [
      ...(output.ignore === null ? [] : [field("ignore_label", output.ignore)]),
      field("normalization", identifier(normalization)),
    ];
    return {
      name,
      type: "SoftmaxWithLoss",
      bottoms: [scoresOf(plan, output, blobs), label],
      tops: [name],
      settings: [field("loss_param", message(fields))],
    };
  });
  return { layers, said: { call: "softmax", arguments: { reduce: reduce === "sum" ? "sum" : "mean" } } };
}

/** The loss has a softmax of its own: of an output that is one it takes what went in. */
function scoresOf(plan: Plan, { value }: PlanOutput, blobs: ReadonlyMap<string, string>): string {
  const last = plan.operations.find(({ name }) => name === value);
  return blobs.get(last?.op === "softmax" ? (last.inputs[0] ?? value) : value) ?? value;
}
