import { diagnose } from "../diagnostics/diagnostic.js";
import { blobsOf, usedNodes } from "../passes/parameters.js";
import { ratesOf } from "../passes/rates.js";
import type { Pair } from "../model/plan.js";
import { exampleNet, type Check, type Facts } from "./check.js";
import { siteOf } from "./words.js";

const net = (settings: string): string => `${exampleNet(`  a = image -> conv(8, 3, ${settings})
  score = conv(21, 1, init: zero)
  output score`)}
train n {
  init: seed(1)
}
`;

export const untrainable: Check = {
  code: {
    code: "untrainable",
    severity: "note",
    summary: "TensorFlow.js cannot train a layer that the recipe trains.",
    explanation: `
TensorFlow.js computes dilated convolutions, and has no gradient for them ("dilation rates greater than 1 are not yet
supported in gradients"). A recipe for such a net is for other engines: a net that runs on TensorFlow.js can be trained
elsewhere and its weights loaded by name. Layers that are frozen (\`conv5_1.rate: 0\`) with all that comes before them
need no gradient. Grouped convolutions are no trouble: they are split.`,
    example: { failing: net("pad: 2, dilation: 2"), mended: net("pad: 1") },
  },
  readsRecipe: true,
  *run(facts) {
    const { train } = facts.declarations;
    if (!train) return;
    const used = usedNodes(facts.graph);
    const trained = trainedNodes(facts);
    const nodes = facts.graph.nodes.filter((node) => {
      if (node.kind !== "layer" || !used.has(node.id) || !trained.has(node.id) || !node.layer.blobs) return false;
      const dilation = node.settings["dilation"] as Pair | undefined;
      return dilation?.some((each) => each > 1) === true;
    });
    const [first] = nodes;
    if (!first) return;
    const names = nodes.map((node) => `\`${node.name}\``);
    yield diagnose(
      this.code,
      `TensorFlow.js has no gradient for the ${names.length === 1 ? "dilation" : "dilations"} of ${names.join(", ")}`,
      {
        at: siteOf(first, facts.graph.file),
        label: "it runs there, but this recipe trains it",
        help: [
          "train it with another engine and load its weights, or freeze it and all layers before it with `rate: 0`",
        ],
      },
    );
  },
};

/** Nodes that have weights to train, or that gradients pass on their way to such. */
function trainedNodes({ graph, geometry, declarations }: Facts): ReadonlySet<number> {
  const found = new Set<number>();
  for (const node of graph.nodes) {
    if (node.kind !== "layer") continue;
    const own = blobsOf(graph, geometry, node.id).some((blob) => ratesOf(declarations, node.name, blob).rate > 0);
    if (own || node.inputs.some((input) => found.has(input))) found.add(node.id);
  }
  return found;
}
