import type { Plan } from "../../src/model/plan.js";
import { operandsOf, type Operands } from "../operands.js";
import type { Graph } from "./graph.js";

export interface Lowering extends Operands {
  readonly graph: Graph;
}

export const lowering = (plan: Plan, graph: Graph): Lowering => ({ graph, ...operandsOf(plan) });
