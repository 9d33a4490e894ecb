import { diagnose } from "../diagnostics/diagnostic.js";
import { exampleNet, type Check } from "./check.js";

export const outputLabels: Check = {
  code: {
    code: "output-labels",
    severity: "error",
    whenAllowed: "Channels are named in the order of the list; those beyond it have a number for a name.",
    summary: "An output has another number of channels than its label list has classes.",
    explanation:
      "Each channel of a score map is the score of one class, in the order of the label list. VOC has 21: background counts.",
    example: {
      failing: exampleNet(`  score = image -> conv(20, 3)
  output score { labels: "fcnc/voc.labels" }`),
      mended: exampleNet(`  score = image -> conv(21, 3)
  output score { labels: "fcnc/voc.labels" }`),
    },
  },
  *run(facts) {
    for (const output of facts.graph.outputs) {
      const labels = facts.labels.get(output.name);
      const channels = facts.geometry[output.node]?.channels;
      if (!labels || channels === undefined || channels === labels.classes.length) continue;
      yield diagnose(
        this.code,
        `\`${output.name}\` has ${channels} channels, and ${labels.name} has ${labels.classes.length} classes`,
        {
          at: output.span,
          related: output.labels ? [{ span: output.labels.span, message: `${labels.classes.length} classes` }] : [],
          help: ["score as many classes as there are labels, the background included"],
        },
      );
    }
  },
};
