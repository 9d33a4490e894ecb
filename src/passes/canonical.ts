/**
 * The kernels of dense layers that become convolutions: the map that each sees when its backbone gets an image of its
 * canonical size, before the use of the backbone changes any padding (Long et al. 2015, section 3.1).
 */
import type { Graph } from "../model/graph.js";
import type { Pair } from "../model/plan.js";
import { evaluate, symbolOf } from "../model/size.js";
import { Report } from "../diagnostics/diagnostic.js";
import { infer } from "./infer.js";

/** By layer name. `canonical` is the backbone written out by itself; its faults are reported where it is used. */
export function canonicalKernels(canonical: Graph): ReadonlyMap<string, Pair> {
  const geometry = infer(canonical, new Report());
  const kernels = new Map<string, Pair>();
  for (const node of canonical.nodes) {
    if (node.kind !== "layer" || node.layer.role !== "dense") continue;
    const seen = geometry[node.inputs[0] ?? -1];
    if (!seen || symbolOf(seen.y.size) !== null || symbolOf(seen.x.size) !== null) continue;
    kernels.set(node.name, [evaluate(seen.y.size, 0), evaluate(seen.x.size, 0)]);
  }
  return kernels;
}
