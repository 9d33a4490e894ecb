import type { Plan } from "../../src/model/plan.js";
import { operandsOf, type Operands } from "../operands.js";
import type { Graph } from "./graph.js";

/** Images at a time. */
export type Batch = "one" | "any";

export interface Lowering extends Operands {
  readonly graph: Graph;
  readonly batch: Batch;
}

export const lowering = (plan: Plan, graph: Graph, batch: Batch): Lowering => ({ graph, batch, ...operandsOf(plan) });
