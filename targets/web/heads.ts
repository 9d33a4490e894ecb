import type { Plan, PlanOutput } from "../../src/model/plan.js";
import type { Graph } from "./graph.js";
import { attribute } from "./model-json.js";

/** An output of the net and the node with its class indices. */
export interface Head {
  readonly output: PlanOutput;
  /** Node of the scores, float32 [1, H, W, classes]: mostly of the output's name. */
  readonly scores: string;
  /** Node of the class indices, int32 [1, H, W]: `mask`, or `<head>/mask` where there are several heads. */
  readonly mask: string;
}

/** Adds argmax over the classes to each output. The lowest index wins a tie. */
export function addHeads(graph: Graph, plan: Plan): Head[] {
  const taken = new Set(plan.operations.map((operation) => operation.name));
  const single = plan.outputs.length === 1 && !taken.has("mask");
  return plan.outputs.map((output) => {
    const mask = graph.node(
      single ? "mask" : graph.part(output.name, "mask"),
      "ArgMax",
      [output.value, graph.integers(3)],
      {
        T: attribute.type("float32"),
        Tidx: attribute.type("int32"),
        output_type: attribute.type("int32"),
      },
    );
    return { output, scores: output.value, mask };
  });
}
