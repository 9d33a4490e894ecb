import type { Imported } from "./import.js";
import { hasWeights } from "./lines.js";
import type { Spec } from "./spec.js";
import type { Node } from "./wire.js";

/** From the names that a caffemodel's tensors are read under to those that the spec wants. */
export function tensorNames(
  nodes: readonly Node[],
  scales: ReadonlyMap<Node, Node>,
  spec: Spec,
): Pick<Imported, "tensors" | "plainNorms" | "fixed"> {
  const tensors = new Map<string, string>();
  const plainNorms: { layer: string; channels: number }[] = [];
  const fixed = new Set<string>();
  const scaled = new Map([...scales].map(([scale, norm]) => [norm.id, scale]));
  for (const node of nodes) {
    const layer = spec.layers.get(node.id);
    const caffe = node.layer?.name;
    if (layer === undefined || caffe === undefined || !hasWeights(node.kind)) continue;
    if (node.kind === "upsample" && node.settings["learned"] === false) fixed.add(layer);
    if (node.kind !== "batchnorm") {
      for (const key of ["weight", "bias"]) tensors.set(`${caffe}.${key}`, `${layer}.${key}`);
      continue;
    }
    for (const key of ["running_mean", "running_var"]) tensors.set(`${caffe}.${key}`, `${layer}.${key}`);
    const scale = scaled.get(node.id)?.layer?.name;
    if (scale === undefined) plainNorms.push({ layer, channels: node.channels });
    // As the reader has it: a Scale that fcnc wrote behind a batch normalization has that one's name.
    else
      for (const key of ["weight", "bias"])
        tensors.set(`${scale === `${caffe}/scale` ? caffe : scale}.${key}`, `${layer}.${key}`);
  }
  return { tensors, plainNorms, fixed };
}
