import { diagnose } from "../diagnostics/diagnostic.js";
import { exampleNet, type Check } from "./check.js";
import { siteOf } from "./words.js";

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
    const bySite = new Map<string, { readonly names: string[]; readonly node: (typeof facts.unused)[number] }>();
    for (const node of facts.unused) {
      if (node.name.includes("/")) continue;
      const span = siteOf(node, facts.graph.file);
      const key = `${span.file} ${span.start}`;
      const group = bySite.get(key);
      if (group) group.names.push(node.name);
      else bySite.set(key, { names: [node.name], node });
    }
    for (const { names, node } of bySite.values()) {
      const inside = node.place.sites.length > 0;
      const list = names.map((name) => `\`${name}\``).join(", ");
      yield diagnose(
        this.code,
        `${list} ${names.length === 1 ? "reaches" : "reach"} no output and ${names.length === 1 ? "is" : "are"} left out`,
        {
          at: siteOf(node, facts.graph.file),
          label: node.kind === "input" ? "this input is not needed" : inside ? "brought in here" : "not used",
          help: inside ? [`add \`without: [${names.join(", ")}]\` to this use`] : ["use it, or remove it"],
        },
      );
    }
  },
};
