import type { Tensor } from "../../src/model/plan.js";
import { FLOAT, nodeName, type NativeGraph } from "./graph.js";
import type { Optimizer } from "./recipe.js";
import { updates, type Slots, type UpdateInputs } from "./update.js";
import { assignVariable, readVariable, zeros, type Variable } from "./variables.js";

/** A tensor that is trained. */
export interface Trained {
  readonly tensor: Tensor;
  readonly weight: Variable;
  readonly slots: Slots;
  /** Where gradients are summed up. It has no value until it is cleared, so that who never does has no memory for it. */
  readonly sum: Variable;
  /** The node that reads the weight in a step. */
  readonly read: string;
  readonly gradient: string;
}

/**
 * Updates by the gradients of one batch. Each waits for all that takes its weight's old value, not for the other updates:
 * a gradient can be freed once it has done its work.
 */
export function stepUpdates(
  graph: NativeGraph,
  optimizer: Optimizer,
  trained: readonly Trained[],
  inputs: UpdateInputs,
  loss: string,
): string[] {
  const update = updates(graph, "update", optimizer, inputs);
  const takers = takersOf(graph, [loss, ...trained.map(({ gradient }) => gradient)]);
  return trained.map(({ tensor, weight, slots, read, gradient }) =>
    update.change(tensor, weight, slots, read, gradient, takers(read)),
  );
}

/** The gradients of one batch, added to the sums. */
export function accumulation(graph: NativeGraph, trained: readonly Trained[]): string[] {
  return trained.map(({ tensor, sum, gradient }) =>
    graph.node(`accumulate/${tensor.name}`, "AssignAddVariableOp", [sum.handle, gradient], { dtype: FLOAT }),
  );
}

/** Updates by the sums, divided by how many batches they are of (Caffe's iter_size). The sums are zero after it. */
export function appliedSums(
  graph: NativeGraph,
  optimizer: Optimizer,
  trained: readonly Trained[],
  inputs: UpdateInputs,
  count: string,
): string[] {
  const update = updates(graph, "apply", optimizer, inputs);
  const divisor = graph.cast("apply/divisor", count, "int32", "float32");
  return trained.flatMap(({ tensor, weight, slots, sum }) => {
    const name = `apply/${tensor.name}`;
    const held = readVariable(graph, `${name}/sum`, sum);
    const mean = graph.typed(`${name}/mean`, "RealDiv", [held, divisor]);
    const read = readVariable(graph, `${name}/weight`, weight);
    const changed = update.change(tensor, weight, slots, read, mean, []);
    return [changed, cleared(graph, `${name}/cleared`, sum, [mean])];
  });
}

export function clearedSums(graph: NativeGraph, trained: readonly Trained[]): string[] {
  return trained.map(({ tensor, sum }) => cleared(graph, `clear/${tensor.name}`, sum, []));
}

function cleared(graph: NativeGraph, name: string, sum: Variable, after: readonly string[]): string {
  const nothing = zeros(graph, `${name}/zeros`, sum);
  if (after.length === 0) return assignVariable(graph, name, sum, nothing);
  const late = graph.node(`${name}/after`, "Identity", [nothing, ...after.map((node) => `^${node}`)], { T: FLOAT });
  return assignVariable(graph, name, sum, late);
}

/** These share the memory of what they are given: what takes their value takes the variable's. */
const PASSING: ReadonlySet<string> = new Set(["Identity", "Reshape"]);

/** For a node, the nodes that take its value on the way to `targets`: others need not run. */
function takersOf(graph: NativeGraph, targets: readonly string[]): (node: string) => string[] {
  const needed = new Set<string>();
  const waiting = targets.map(nodeName);
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (needed.has(name)) continue;
    needed.add(name);
    waiting.push(...graph.nodeOf(name).inputs.map(nodeName));
  }
  const takers = new Map<string, string[]>();
  for (const { name, inputs } of graph.nodes) {
    if (!needed.has(name)) continue;
    for (const input of new Set(inputs.map(nodeName))) takers.set(input, [...(takers.get(input) ?? []), name]);
  }
  const of = (node: string): string[] =>
    (takers.get(node) ?? []).flatMap((name) => (PASSING.has(graph.nodeOf(name).op) ? [name, ...of(name)] : [name]));
  return of;
}
