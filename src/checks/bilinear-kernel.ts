import { diagnose } from "../diagnostics/diagnostic.js";
import type { LayerNode } from "../model/graph.js";
import type { Pair } from "../model/plan.js";
import { exampleNet, type Check } from "./check.js";
import { roughly } from "./recipe-words.js";
import { pairText, siteOf } from "./words.js";

export const bilinearKernel: Check = {
  code: {
    code: "bilinear-kernel",
    severity: "warning",
    summary: "A bilinear kernel does not fit its factor, so that it scales scores unevenly.",
    explanation: `
Bilinear weights interpolate where each unit gets weights that sum to 1. For a factor f that is so for two kernels: 2 f,
which moves the grid by half a pixel and suits trunks of 2x2 poolings, and 2 f - 1, which keeps it and suits trunks of
3x3 poolings. Any other gives a pattern that repeats every f pixels. \`upsample\` takes the right one where none is
written.`,
    example: {
      failing: exampleNet(`  a = image -> conv(8, 3, pad: 9) -> maxpool(2)
  b = upsample(2x, kernel: 2)
  score = crop(to: image)
  output score`),
      mended: exampleNet(`  a = image -> conv(8, 3, pad: 9) -> maxpool(2)
  b = upsample(2x)
  score = crop(to: image)
  output score`),
    },
  },
  *run(facts) {
    for (const node of facts.graph.nodes) {
      if (node.kind !== "layer" || !facts.geometry[node.id]) continue;
      const bilinear = bilinearOf(node);
      if (!bilinear) continue;
      const { kernel, factor } = bilinear;
      const axis = ([0, 1] as const).find((each) => !interpolates(kernel[each], factor[each]));
      if (axis === undefined) continue;
      const f = factor[axis];
      const [least, most] = sums(kernel[axis], f);
      const weights =
        least === most
          ? `weights that sum to ${roughly(least)}`
          : `weights that sum to ${roughly(least)} here and ${roughly(most)} there`;
      yield diagnose(
        this.code,
        `a bilinear kernel of ${pairText(String(kernel[0]), String(kernel[1]))} does not interpolate by ${f}x: rows of \`${node.name}\` get ${weights}, not 1`,
        {
          at: siteOf(node, facts.graph.file),
          label: f === 1 ? "by 1x, a kernel of 1 leaves the map as it is" : `${2 * f} and ${2 * f - 1} interpolate`,
          help: [`write \`kernel: ${2 * f}\` for a trunk of 2x2 poolings, \`kernel: ${2 * f - 1}\` for one of 3x3`],
        },
      );
    }
  },
};

/** The kernel and factor of a layer whose weights start as bilinear interpolation. */
function bilinearOf({ layer, settings }: LayerNode): { readonly kernel: Pair; readonly factor: Pair } | null {
  const kernel = settings["kernel"] as Pair | null | undefined;
  if (!kernel) return null;
  if (layer.name === "upsample") {
    const factor = settings["factor"] as number;
    return { kernel, factor: [factor, factor] };
  }
  const init = settings["init"];
  const starts = typeof init === "object" && init !== null && "kind" in init && init.kind === "bilinear";
  return layer.name === "deconv" && starts ? { kernel, factor: settings["stride"] as unknown as Pair } : null;
}

function interpolates(kernel: number, factor: number): boolean {
  return kernel === 2 * factor || kernel === 2 * factor - 1;
}

/** What the weights sum to that a unit gets, on one axis: the least and the most over the units of a period. */
function sums(kernel: number, factor: number): readonly [number, number] {
  const totals = Array.from({ length: factor }, () => 0);
  for (let i = 0; i < kernel; i++)
    totals[i % factor] = (totals[i % factor] ?? 0) + 1 - Math.abs(i - (kernel - 1) / 2) / Math.ceil(kernel / 2);
  return [Math.min(...totals), Math.max(...totals)];
}
