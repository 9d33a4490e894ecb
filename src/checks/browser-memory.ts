import { diagnose } from "../diagnostics/diagnostic.js";
import type { GraphNode, InputNode } from "../model/graph.js";
import { evaluate, SizeRangeError } from "../model/size.js";
import { countParameters, usedNodes } from "../passes/parameters.js";
import { exampleNet, type Check, type Facts } from "./check.js";
import { siteOf } from "./words.js";

const net = (channels: number): string => `${exampleNet(`  a = image -> conv(${channels}, 3, pad: 1) -> relu
  score = conv(21, 1)
  output score { labels: "fcnc/voc.labels" }`)}
target web for n
`;

const BYTES_PER_VALUE = 4;
/** 2 GiB: what an ArrayBuffer, and so the memory of one WebAssembly module, is granted in browsers at the least. */
const LIMIT = 2 ** 31;
const USUAL_SIDE = 500;

export const browserMemory: Check = {
  code: {
    code: "browser-memory",
    severity: "warning",
    summary: "A net for web pages needs more memory than a browser gives.",
    explanation: `
A page cannot count on more than 2 GiB: buffers end there in many browsers, and with them the memory of a WebAssembly
module. What is counted is the least that must be there at once for an image of 500x500 (or of the input's own size): all
weights, and the maps that the largest layer reads and writes, in 32-bit floats. A narrower net, a stride before the wide
layers, or a smaller fixed input needs less; FCN-8s needs 0.8 GB.`,
    example: { failing: net(3000), mended: net(64) },
  },
  *run(facts) {
    if (!("web" in facts.declarations.targets) || facts.graph.incomplete) return;
    const used = usedNodes(facts.graph);
    const nodes = facts.graph.nodes.filter((node) => used.has(node.id));
    const weights = nodes.reduce((sum, { id }) => sum + countParameters(facts.graph, facts.geometry, id), 0);
    const [largest, values] = largestLayer(facts, nodes);
    const bytes = (weights + values) * BYTES_PER_VALUE;
    if (!largest || bytes <= LIMIT) return;
    const [height, width] = sidesOf(facts);
    yield diagnose(
      this.code,
      `\`${facts.graph.name}\` needs at least ${byteText(bytes)} for a ${height}x${width} image, and a browser may give no more than 2.1 GB`,
      {
        at: siteOf(largest, facts.graph.file),
        label: `reads and writes maps of ${byteText(values * BYTES_PER_VALUE)}`,
        notes: [`weights take ${byteText(weights * BYTES_PER_VALUE)}`],
        help: ["use fewer channels or an earlier stride, or fix a smaller size of the input"],
      },
    );
  },
};

/** The layer whose maps, those that it reads and its own, have the most values, and how many. */
function largestLayer(facts: Facts, nodes: readonly GraphNode[]): readonly [GraphNode | null, number] {
  let largest: GraphNode | null = null;
  let most = 0;
  for (const node of nodes) {
    if (node.kind !== "layer") continue;
    // What is computed in place needs no second map; a reference lends its size alone.
    const sizes = node.layer.inputs === "reference" || node.layer.inputs === "target";
    const read = sizes ? node.inputs.slice(0, 1) : node.inputs;
    const maps = node.layer.inPlace ? [node.id] : [node.id, ...new Set(read)];
    const values = maps.reduce((sum, index) => sum + valuesOf(facts, index), 0);
    if (values > most) [largest, most] = [node, values];
  }
  return [largest, most];
}

function valuesOf(facts: Facts, index: number): number {
  const geometry = facts.geometry[index];
  if (!geometry) return 0;
  const [height, width] = sidesOf(facts);
  try {
    return (
      geometry.channels * Math.max(0, evaluate(geometry.y.size, height)) * Math.max(0, evaluate(geometry.x.size, width))
    );
  } catch (error) {
    if (error instanceof SizeRangeError) return 0;
    throw error;
  }
}

function sidesOf({ graph }: Facts): readonly [number, number] {
  const input = graph.nodes.find((node): node is InputNode => node.kind === "input");
  const side = (stated: string | number | undefined): number => (typeof stated === "number" ? stated : USUAL_SIDE);
  return [side(input?.height), side(input?.width)];
}

function byteText(bytes: number): string {
  return bytes < 1e8 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}
