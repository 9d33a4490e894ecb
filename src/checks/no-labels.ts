import { diagnose } from "../diagnostics/diagnostic.js";
import { exampleNet, type Check } from "./check.js";

const net = (settings: string): string => `${exampleNet(`  score = image -> conv(21, 3)
  output score${settings}`)}
target web for n
`;

export const noLabels: Check = {
  code: {
    code: "no-labels",
    severity: "note",
    summary: "An output of a net that is trained or shipped has no label list.",
    explanation: `
Labels name and colour the classes: a legend, a mask's palette and the check that there are as many channels as classes
come from them. Without them \`fcnc predict\` numbers the classes. An output that is no score of classes (a depth, an
edge) needs none.`,
    example: { failing: net(""), mended: net(` { labels: "fcnc/voc.labels" }`) },
  },
  readsRecipe: true,
  *run(facts) {
    const { train, targets } = facts.declarations;
    if (!train && !("web" in targets)) return;
    for (const output of facts.graph.outputs) {
      const channels = facts.geometry[output.node]?.channels ?? 1;
      if (output.labels || channels < 2) continue;
      yield diagnose(this.code, `\`${output.name}\` has no labels for its ${channels} classes`, {
        at: output.span,
        help: ['add `{ labels: "fcnc/voc.labels" }`, or a list of your own: one class a line with its colour'],
      });
    }
  },
};
