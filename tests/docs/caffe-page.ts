/** What each layer kind is in Caffe, made from what the target writes for the kind's own example. */
import { layerKinds } from "../../src/layers/index.js";
import { compile } from "../../src/compile.js";
import { memoryHost } from "../../src/host.js";
import type { Plan } from "../../src/model/plan.js";
import { lower } from "../../targets/caffe/lower.js";
import { TargetError } from "../../targets/target.js";
import { exampleNets } from "../layers/examples.js";

const HEAD = `# Layer kinds in Caffe

What \`fcnc compile --target caffe\` writes for the example of each layer kind. This page is made from the target.

| kind | example | Caffe |
| --- | --- | --- |
`;

export async function caffePage(): Promise<string> {
  const rows: string[] = [];
  const nets = exampleNets(false);
  for (const { name, example } of layerKinds.values()) {
    const { plan } = await compile({ text: nets[name] ?? "" }, memoryHost({}));
    if (plan === null) throw new Error(`the example of ${name} does not compile`);
    rows.push(`| [\`${name}\`](layers.md#${name}) | \`${example.split(" //")[0]}\` | ${written(plan, name)} |`);
  }
  return HEAD + rows.map((row) => `${row}\n`).join("");
}

/** The types of the layers of a kind, or why there are none. */
function written(plan: Plan, kind: string): string {
  const kinds = new Map(plan.layers.map((layer) => [layer.name, layer.kind]));
  /** The kind behind a layer of Caffe: of its own name, or of what stands before the last `/`. */
  const kindOf = (name: string): string => {
    // Within a flow they have Caffe's usual names.
    const usual = /^(?<word>relu|drop)\d/.exec(name)?.groups?.["word"];
    if (usual !== undefined) return usual === "drop" ? "dropout" : "relu";
    return kinds.get(name) ?? kinds.get(name.slice(0, name.lastIndexOf("/"))) ?? "";
  };
  try {
    const found = lower(plan, new Set()).layers.filter(({ name }) => kindOf(name) === kind);
    const types = [...new Set(found.map(({ type }) => type))];
    return types.length === 0 ? "a part of the convolution behind it" : types.join(", ");
  } catch (error) {
    if (!(error instanceof TargetError)) throw error;
    return `refused: ${/`: (?<why>.*?)\. /.exec(error.message)?.groups?.["why"]}`;
  }
}
