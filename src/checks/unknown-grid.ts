import { diagnose } from "../diagnostics/diagnostic.js";
import type { LayerNode } from "../model/graph.js";
import { exampleNet, type Check, type Facts } from "./check.js";
import { axesWhere, axisText, nodeName, siteOf } from "./words.js";

export const unknownGrid: Check = {
  code: {
    code: "unknown-grid",
    severity: "warning",
    summary: "Maps are merged of which one lies on no known grid, so that nobody checks how they lie.",
    explanation: `
\`resize(to: ...)\`, and any resize by corners, makes of n units m, whatever the ratio: where that depends on the size of
the input, so does the place of every unit. Sizes are still proved to agree. \`fcnc inspect --size\` gives the grid and
the largest shift at one size; \`upsample\` with \`crop\`, or \`resize\` by a factor, has a grid for all. A map that was
pooled globally is the same everywhere, and is merged without a word.`,
    example: {
      failing: exampleNet(`  a = image -> conv(8, 3, pad: 1)
  b = a -> maxpool(2) -> resize(to: a)
  c = sum(a, b)
  output c`),
      mended: exampleNet(`  a = image -> conv(8, 3, pad: 1)
  b = a -> maxpool(2) -> upsample(2x)
  c = sum(a, b, crop: auto)
  output c`),
    },
  },
  *run(facts) {
    for (const meeting of facts.meetings) {
      if (meeting.kind !== "merge") continue;
      const unknown = axesWhere((axis) => meeting[axis].strides === null);
      if (unknown.length === 0) continue;
      for (const index of [meeting.own, meeting.reference]) {
        const maker = resizedBy(facts, index);
        if (!maker) continue;
        const name = nodeName(facts, index);
        yield diagnose(
          this.code,
          `how \`${name}\` lies${axisText(unknown)} depends on the size of the input, so the merge is not checked`,
          {
            at: siteOf(meeting.node, facts.graph.file),
            label: "alignment is not checked here",
            related: [{ span: siteOf(maker, facts.graph.file), message: "resized by a ratio that is not fixed" }],
            help: ["`fcnc inspect --size` shows how far it is shifted at a size", "`upsample` and `crop` are checked"],
          },
        );
      }
    }
  },
};

/** The resize upstream for which a map has no grid; none where it has one, or is the same everywhere. */
export function resizedBy({ graph, geometry }: Facts, from: number): LayerNode | null {
  const pending = [from];
  for (let index = pending.pop(); index !== undefined; index = pending.pop()) {
    const node = graph.nodes[index];
    const own = geometry[index];
    if (node?.kind !== "layer" || !own || (own.y.grid && own.x.grid)) continue;
    const [first] = node.inputs;
    const before = geometry[first ?? -1];
    if (before?.y.grid && before.x.grid) {
      if (node.layer.name === "resize") return node;
      continue;
    }
    // Only the first input of these gives a grid.
    if (node.layer.inputs === "many") pending.push(...node.inputs);
    else if (first !== undefined) pending.push(first);
  }
  return null;
}
