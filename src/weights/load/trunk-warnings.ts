import type { Plan } from "../../model/plan.js";
import type { LoadWarning, TensorLoad } from "./load-plan.js";

/**
 * Layers of the trunk that start at zero or fresh although weights were given, but for those that the recipe names in
 * `fresh`: after the trunk's first zero every score is zero, whatever is trained behind it.
 */
export function trunkWarnings(
  plan: Plan,
  tensors: readonly TensorLoad[],
  trunk: ReadonlySet<string>,
  intended: ReadonlySet<string>,
): LoadWarning[] {
  const fresh = new Map<string, TensorLoad[]>();
  for (const [index, load] of tensors.entries()) {
    const layer = plan.tensors[index]?.layer ?? "";
    if (load.kind !== "fresh" || !trunk.has(layer) || intended.has(layer)) continue;
    const known = fresh.get(layer);
    if (known) known.push(load);
    else fresh.set(layer, [load]);
  }
  return [...fresh].map(([layer, loads]): LoadWarning => {
    const kernel = loads.find(({ name }) => name === `${layer}.weight`);
    const isZero = kernel?.init?.kind === "zero";
    const names = loads.map(({ name }) => `\`${name}\``).join(" or ");
    return {
      kind: "trunk",
      name: layer,
      message: isZero
        ? `\`${layer}\` is a layer of the trunk and is left at zero: so is everything behind it`
        : `\`${layer}\` is a layer of the trunk and starts fresh: no file gives ${names}`,
      help: [`say \`fresh: [${layer}]\` in the recipe's \`weights(...)\` where it is meant`],
    };
  });
}
