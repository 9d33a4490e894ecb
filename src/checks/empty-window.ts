import { diagnose } from "../diagnostics/diagnostic.js";
import type { LayerNode } from "../model/graph.js";
import { axes } from "../model/geometry.js";
import { periodicSet } from "../model/size-set.js";
import { failingText } from "../model/size-set-text.js";
import { exampleNet, type Check } from "./check.js";
import { siteOf } from "./words.js";

export const emptyWindow: Check = {
  code: {
    code: "empty-window",
    severity: "warning",
    summary: "A pooling whose stride exceeds its window can end in a window without a single value.",
    explanation: `
Rounding up counts a last window that begins beyond the map, where the stride carries it past what the window before it
left over. Caffe computes such units all the same: the lowest number there is for a maximum, 0 / 0 for a mean.
\`round: floor\` leaves them out.`,
    example: {
      failing: exampleNet(`  a = image -> maxpool(2, stride: 3)
  output a`),
      mended: exampleNet(`  a = image -> maxpool(2, stride: 3, round: floor)
  output a`),
    },
  },
  *run(facts) {
    for (const node of facts.graph.nodes) {
      if (node.kind !== "layer") continue;
      const sizes = emptyAt(node);
      if (sizes === null) continue;
      yield diagnose(this.code, `the last window of \`${node.name}\` lies wholly beyond its map for ${sizes}`, {
        at: siteOf(node, facts.graph.file),
        label: "n is the size of the map that it reads",
        help: ["write `round: floor`, or a stride of at most the kernel"],
      });
    }
  },
};

/**
 * Sizes n of the map at which the last window starts at n or later: the smallest multiple of the stride from n - kernel
 * on is at least n where n leaves 0 or more than the kernel. Null where there are none.
 */
function emptyAt(node: LayerNode): string | null {
  for (const axis of axes) {
    const transfer = node.layer.transfer?.(node.settings, axis === "y" ? 0 : 1);
    if (transfer?.rule !== "pooling" || transfer.rounding === "floor" || transfer.clip) continue;
    const { kernel, stride } = transfer;
    if (stride <= kernel) continue;
    const residues: [number, number][] = [[0, 0]];
    if (kernel + 1 <= stride - 1) residues.push([kernel + 1, stride - 1]);
    return failingText(periodicSet(stride, residues), "n");
  }
  return null;
}
