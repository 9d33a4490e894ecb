import { diagnose } from "../diagnostics/diagnostic.js";
import type { GraphNode, LayerNode } from "../model/graph.js";
import type { PlanValue } from "../model/plan.js";
import { usedNodes } from "../passes/parameters.js";
import type { Check, Facts } from "./check.js";
import { callOf } from "./recipe-words.js";
import { nodeName, siteOf } from "./words.js";

const net = (skip: string): string => `fcn 1
import vgg16 from "fcnc/backbones/vgg16.fcn"
net n {
  input image: bgr[H, W, 3]
  vgg = image -> vgg16 {
    conv1_1.pad: 100
    convolutionize: [fc6, fc7]
    without: [fc8]
  }
  up    = vgg.fc7 -> conv(21, 1, init: zero) -> upsample(2x)
  skip  = vgg.pool4 -> ${skip}conv(21, 1, init: zero)
  fuse  = sum(up, skip, crop: auto) -> upsample(16x)
  score = crop(to: image)
  output score { labels: "voc.labels" }
}
train n {
  init: weights("vgg16-fcn.safetensors")
}
`;

/** Streams are followed from every sum anew; no net that starts from a classifier has so many layers. */
const MOST_NODES = 20_000;

export const unscaledSkips: Check = {
  code: {
    code: "unscaled-skips",
    severity: "warning",
    summary: "Skips are added unscaled while training starts from a classifier.",
    explanation: `
The values of VGG's pool4 and pool3 are many times larger than those of fc7, so at the start the gradients of their
scores drown what the deep stream learns: FCN-8s trained straight from the classifier fails. The paper trains in stages,
each from the weights of the one before (32s, 16s, 8s); the reference's at-once net multiplies pool4 by 0.01 and pool3
by 0.0001 instead. Batch normalization keeps maps at one scale, so nets that have it are not warned of. Whether weights
are a classifier's is told by their file's name: that of the backbone, or \`imagenet\`.`,
    example: { failing: net(""), mended: net("scale(0.01) -> ") },
  },
  readsRecipe: true,
  *run(facts) {
    const { train, places } = facts.declarations;
    const init = places.get("init");
    if (!train || !init || "after" in train || facts.graph.nodes.length > MOST_NODES) return;
    const file = classifierFile(train["init"], facts.backbones);
    if (file === null) return;
    const used = usedNodes(facts.graph);
    if (facts.graph.nodes.some((node) => used.has(node.id) && isLayer(node, "batchnorm"))) return;
    const skips = facts.graph.nodes.flatMap((node) => (used.has(node.id) ? unscaled(facts, node) : []));
    const [first, ...others] = skips;
    if (!first) return;
    const names = skips.map(({ score }) => `\`${nodeName(facts, score)}\``);
    yield diagnose(
      this.code,
      `${names.join(" and ")} ${names.length === 1 ? "joins" : "join"} the deep stream unscaled, and training starts from a classifier`,
      {
        at: siteOf(first.sum, facts.graph.file),
        label: "a skip is added here",
        related: [
          ...others.map(({ sum }) => ({ span: siteOf(sum, facts.graph.file), message: "and here" })),
          { span: init, message: `\`${file}\` holds the classifier` },
        ],
        notes: ["scores of shallow maps are large at first and drown the deep ones; such training often fails"],
        help: [
          "train in stages: start from the weights of the net with one skip less, and name it with `after`",
          "or scale the maps that are tapped, as FCN-8s at once does: `vgg.pool4 -> scale(0.01)`, `vgg.pool3 -> scale(0.0001)`",
        ],
      },
    );
  },
};

/** The weight file, where its name says that a classifier was trained. */
function classifierFile(init: PlanValue | undefined, backbones: readonly string[]): string | null {
  for (const value of Array.isArray(init) ? (init as readonly PlanValue[]) : [init]) {
    const call = callOf(value);
    const file = call?.name === "weights" ? call.arguments["file"] : null;
    if (typeof file !== "string") continue;
    const name = bare(file.split("/").at(-1) ?? file);
    if (/fcn\d+s/.test(name)) continue;
    if (name.includes("imagenet") || backbones.some((backbone) => name.includes(bare(backbone)))) return file;
  }
  return null;
}

function bare(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, "");
}

interface Skip {
  readonly sum: LayerNode;
  /** The last convolution of the skip alone. */
  readonly score: number;
}

/** The inputs of a sum that come from a shallower map than the upsampled ones and that nothing scales. */
function unscaled(facts: Facts, node: GraphNode): Skip[] {
  if (!isLayer(node, "sum")) return [];
  const streams = node.inputs.map((input) => above(facts, input));
  const deep = streams.filter((stream) => contains(facts, stream, ["upsample", "deconv", "resize"]));
  if (deep.length === 0) return [];
  const weights = node.settings["weights"] as readonly number[] | null | undefined;
  return node.inputs.flatMap((_, index) => {
    const stream = streams[index] ?? new Set();
    if (deep.includes(stream) || (weights && weights[index] !== 1)) return [];
    const own = new Set([...stream].filter((each) => !deep.some((other) => other.has(each))));
    const slowed = [...own].some(
      (each) => (facts.declarations.layers.get(nodeName(facts, each))?.weight.rate ?? 1) < 1,
    );
    // Without a layer of its own, a stream is no skip of scores but a part of the trunk.
    if (!contains(facts, own, ["conv"]) || slowed || contains(facts, own, ["scale", "lrn"])) return [];
    return [{ sum: node, score: Math.max(...[...own].filter((each) => isLayer(facts.graph.nodes[each], "conv"))) }];
  });
}

/** The nodes whose values reach a node; those that lend their size alone are not among them. */
function above({ graph }: Facts, from: number): ReadonlySet<number> {
  const found = new Set([from]);
  for (let index = from; index >= 0; index--) {
    const node = graph.nodes[index];
    if (!found.has(index) || node?.kind !== "layer") continue;
    const sizes = node.layer.inputs === "reference" || node.layer.inputs === "target";
    for (const input of sizes ? node.inputs.slice(0, 1) : node.inputs) found.add(input);
  }
  return found;
}

function contains({ graph }: Facts, nodes: ReadonlySet<number>, kinds: readonly string[]): boolean {
  return [...nodes].some((index) => kinds.some((kind) => isLayer(graph.nodes[index], kind)));
}

function isLayer(node: GraphNode | undefined, kind: string): node is LayerNode {
  return node?.kind === "layer" && node.layer.name === kind;
}
