import type { Plan } from "../../src/model/plan.js";
import type { BundledTensor } from "../../src/weights/formats/tfjs-bundle.js";
import type { Constant } from "./graph.js";

/**
 * Where the plan's tensors are in the graph, so that they can be read back out of a bundle: under their own names, in
 * PyTorch's layout.
 *
 * @param learned names of `upsample` operations that run dense; the others are bilinear, and their kernels in no constant
 */
export function bundledTensors(
  plan: Plan,
  constants: readonly Constant[],
  learned: readonly string[],
): Record<string, BundledTensor> {
  const tensors: [string, BundledTensor][] = [];
  const bilinear = new Map<string, number>();
  for (const operation of plan.operations)
    if (operation.op === "upsample" && !learned.includes(operation.name))
      bilinear.set(operation.weight, operation.channels);
  for (const { name, shape } of plan.tensors) {
    const channels = bilinear.get(name);
    const held = partsOf(name, constants);
    if (held.length > 0) tensors.push([name, { shape, constants: held }]);
    else if (channels !== undefined) tensors.push([name, { shape, bilinear: channels / (shape[1] ?? channels) }]);
  }
  return Object.fromEntries(tensors);
}

/** The constants that hold a tensor, by rows. Where two layers have it in two dilations, those of the first. */
function partsOf(tensor: string, constants: readonly Constant[]): string[] {
  const parts: { readonly name: string; readonly start: number; readonly layout: string }[] = [];
  for (const { name, contents } of constants) {
    if (contents.kind === "vector" && contents.tensor === tensor)
      parts.push({ name, start: contents.start, layout: "vector" });
    if (contents.kind === "kernel" && contents.kernel.tensor === tensor)
      parts.push({ name, start: contents.kernel.start, layout: contents.kernel.dilation.join() });
  }
  return parts
    .filter(({ layout }) => layout === parts[0]?.layout)
    .sort((a, b) => a.start - b.start)
    .map(({ name }) => name);
}
