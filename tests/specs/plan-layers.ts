/** Small questions to a plan. */
import type { Plan, PlanLayer } from "../../src/model/plan.js";

export function layer(plan: Plan, name: string): PlanLayer {
  const found = plan.layers.find((candidate) => candidate.name === name);
  if (!found) throw new Error(`${plan.net} has no layer ${name}`);
  return found;
}

/** Elements of all blobs, as Caffe stores them. */
export function total(plan: Plan): number {
  return plan.layers.reduce((sum, { parameters }) => sum + parameters, 0);
}
