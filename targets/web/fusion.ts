import type { Operation, Plan } from "../../src/model/plan.js";
import type { Fused } from "./convolution.js";

/** What the graph does in one node, or in one group of nodes, that the plan does in two operations. */
export interface Fusions {
  /** Activations that run inside the convolution before them: the activation's name to the convolution's. */
  readonly activations: ReadonlyMap<string, string>;
  /** Crops that are folded into the upsampling before them: the crop's name to the upsampling's. */
  readonly crops: ReadonlyMap<string, string>;
}

/**
 * Finds them: the second operation must be the only one that uses the first, which must not be an output.
 *
 * What is fused bears the name of the second operation. The first keeps a node of its own, on the same weights, which
 * runs only when somebody asks for it by name: every operation of the plan can be asked for.
 *
 * @param isSeparable whether an upsampling runs in the separable form, the only one that a crop can be folded into
 */
export function findFusions(plan: Plan, isSeparable: (operation: Operation) => boolean): Fusions {
  const operations = new Map(plan.operations.map((operation) => [operation.name, operation]));
  const outputs = new Set(plan.outputs.map((output) => output.value));
  const uses = new Map<string, number>();
  for (const operation of plan.operations)
    for (const input of operation.inputs) uses.set(input, (uses.get(input) ?? 0) + 1);

  const activations = new Map<string, string>();
  const crops = new Map<string, string>();
  for (const operation of plan.operations) {
    const first = operations.get(operation.inputs[0] ?? "");
    if (first === undefined || uses.get(first.name) !== 1 || outputs.has(first.name)) continue;
    if (first.op === "conv" && activationOf(operation) !== null) activations.set(operation.name, first.name);
    if (first.op === "upsample" && operation.op === "crop" && isSeparable(first)) crops.set(operation.name, first.name);
  }
  return { activations, crops };
}

/** The activations that every backend runs inside a convolution. */
export function activationOf(operation: Operation): Fused {
  if (operation.op !== "activation") return null;
  if (operation.function === "relu") return "Relu";
  return operation.function === "relu6" ? "Relu6" : null;
}
