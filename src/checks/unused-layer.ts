import { diagnose } from "../diagnostics/diagnostic.js";
import type { GraphNode } from "../model/graph.js";
import { exampleNet, type Check } from "./check.js";
import { siteOf } from "./words.js";

const MOST_NAMED = 12;

export const unusedLayer: Check = {
  code: {
    code: "unused-layer",
    severity: "warning",
    summary: "A layer's value reaches no output.",
    explanation: `
It would be computed, trained and shipped for nothing, so it is left out of the plan. Often a skip was meant to use it, or
a classifier's last layer wants \`without: [fc8]\`.`,
    example: {
      failing: exampleNet(`  a = image -> conv(8, 3)
  b = image -> conv(8, 3)
  output a`),
      mended: exampleNet(`  a = image -> conv(8, 3)
  output a`),
    },
  },
  *run(facts) {
    if (facts.graph.incomplete || facts.graph.outputs.length === 0) return;
    const groups = new Map<string, { readonly names: string[]; node: GraphNode }>();
    for (const [node, end] of ends(facts.unused)) {
      if (node.name.includes("/")) continue;
      // What one use brings in is told together, and so is a chain: at its end, which is what nothing uses.
      const use = node.place.sites.at(-1);
      const key = use ? `${use.file} ${use.start}` : String(end.id);
      const group = groups.get(key);
      if (group) group.names.push(node.name);
      else groups.set(key, { names: [node.name], node: use ? node : end });
    }
    for (const { names, node } of groups.values()) {
      const inside = node.place.sites.length > 0;
      const more = names.length - MOST_NAMED;
      const list = `${names
        .slice(0, MOST_NAMED)
        .map((name) => `\`${name}\``)
        .join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
      yield diagnose(
        this.code,
        `${list} ${names.length === 1 ? "reaches" : "reach"} no output and ${names.length === 1 ? "is" : "are"} left out`,
        {
          at: siteOf(node, facts.graph.file),
          label: node.kind === "input" ? "this input is not needed" : inside ? "brought in here" : "not used",
          help: inside ? [leaveOut(names)] : [names.length === 1 ? "use it, or remove it" : "use them, or remove them"],
        },
      );
    }
  },
};

/** The names of a block's layers begin with the name of its use, and are shorter inside of it. */
function leaveOut(names: readonly string[]): string {
  return names.some((name) => name.includes("."))
    ? "leave layers that are not needed out with `without`"
    : `add \`without: [${names.join(", ")}]\` to this use`;
}

/** Each of the nodes, in order, with the last one that it flows into. */
function ends(unused: readonly GraphNode[]): Map<GraphNode, GraphNode> {
  const end = new Map<number, GraphNode>();
  for (const node of unused.toReversed()) {
    const own = end.get(node.id) ?? node;
    end.set(node.id, own);
    if (node.kind === "layer") for (const input of node.inputs) if (!end.has(input)) end.set(input, own);
  }
  return new Map(unused.map((node) => [node, end.get(node.id) ?? node]));
}
