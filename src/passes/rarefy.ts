/**
 * Filter rarefaction (Long et al. 2015, section 3.2): the lines that `rarefy` names lose their strides, and whatever
 * comes after them in the backbone is spread out by as much, so that the maps grow dense and the weights stay.
 *
 * Where the strides before a layer came to f, its window has to take every f-th value of the dense map: kernels and
 * pooling windows are dilated by f. Its padding becomes f times as much, since a window that reached p units over the
 * border now reaches p f: of the p f rows outside, those that lie in phase t of the dense map are the p rows outside
 * the map of phase t. So each phase of the dense map is the map of the net on an image that was moved by as many pixels,
 * border included as far as the border's own values are: what a padded layer sees there differs, because a moved image
 * begins elsewhere. A unit whose receptive field lies on the image has the same value in both, and keeps its place:
 * origins stay as they are. `tests/stitch` holds both against one another.
 */
import type { Definition, LayerStatement } from "../../grammar/tree.js";
import { argumentType } from "../diagnostics/codes/arguments.js";
import { diagnose, type Report, type Span } from "../diagnostics/diagnostic.js";
import type { GraphNode, LayerNode } from "../model/graph.js";
import type { Setting, SettingsRecord } from "../model/layer-kind.js";
import type { Pair } from "../model/plan.js";
import type { NamedList } from "./use.js";

export interface RarefiedUse {
  readonly definition: Definition;
  readonly rarefy: NamedList;
  /** How many uses the definition's own calls lie in. */
  readonly depth: number;
  /** The graph's nodes; those of this use, from `first` on, are replaced. */
  readonly nodes: GraphNode[];
  readonly first: number;
  /** True where a line may be missing for a fault that was reported. */
  readonly incomplete: boolean;
}

const ONE: Pair = [1, 1];

/** False where a layer stands in the way, which is reported. */
export function rarefy(use: RarefiedUse, report: Report): boolean {
  const named = use.definition.members.flatMap((member) =>
    member.kind === "layer" && use.rarefy.names.has(member.name.text) ? [member] : [],
  );
  const factors = new Map<number, Pair>();
  const strided = new Set<LayerStatement>();
  for (let id = use.first; id < use.nodes.length; id++) {
    const node = use.nodes[id];
    if (node?.kind !== "layer") continue;
    const before = node.inputs.map((input) => factors.get(input) ?? ONE).reduce(larger, ONE);
    const line = named.find((statement) => within(ownCall(node, use.depth), statement.span));
    const stride = line ? pairOf(node.settings["stride"], windowed(node)) : ONE;
    if (line && !isOne(stride)) strided.add(line);
    factors.set(id, product(before, stride));
    if (isOne(before) && isOne(stride)) continue;
    const settings = isOne(before) ? node.settings : spread(node, before);
    if (settings) use.nodes[id] = { ...node, settings: isOne(stride) ? settings : { ...settings, stride: ONE } };
    else {
      refuse(node, use, report);
      return false;
    }
  }
  if (use.incomplete) return true;
  for (const [name, at] of use.rarefy.names)
    if (![...strided].some((line) => line.name.text === name))
      report.add(
        diagnose(argumentType, `\`${name}\` has no stride, so there is nothing to rarefy`, {
          at,
          help: ["name the layers whose stride is to become 1"],
        }),
      );
  return true;
}

/** The settings of a layer that sees its map at every `factor`-th unit, or null where no settings do that. */
function spread({ layer, settings }: LayerNode, factor: Pair): SettingsRecord | null {
  if (layer.role === "crop") {
    const { offset = null } = settings;
    return offset === null ? settings : { ...settings, offset: product(pairOf(offset), factor) };
  }
  if (layer.role === "dense") return null;
  const rules = ([0, 1] as const).map((axis) => layer.transfer?.(settings, axis) ?? { rule: "same" as const });
  const [y, x] = rules;
  if (y?.rule === "same" && x?.rule === "same") return settings;
  if (y?.rule === "padding" && x?.rule === "padding")
    return {
      ...settings,
      top: y.before * factor[0],
      bottom: y.after * factor[0],
      left: x.before * factor[1],
      right: x.after * factor[1],
    };
  if (y?.rule !== "convolution" && y?.rule !== "pooling") return null;
  return {
    ...settings,
    pad: product(pairOf(settings["pad"]), factor),
    dilation: product(pairOf(settings["dilation"]), factor),
  };
}

/** Whether its stride is a step between windows, and not what a map grows by. */
function windowed({ layer, settings }: LayerNode): boolean {
  const rule = layer.transfer?.(settings, 0).rule;
  return rule === "convolution" || rule === "pooling";
}

function refuse(node: LayerNode, { rarefy: { names } }: RarefiedUse, report: Report): void {
  const [at] = names.values();
  report.add(
    diagnose(argumentType, `\`rarefy\` cannot go on through \`${node.name}\`, a \`${node.layer.name}\``, {
      at: at ?? node.place.call,
      related: [{ span: node.place.call, message: "comes after a stride that `rarefy` takes away" }],
      help: [
        node.layer.role === "dense"
          ? "add it to `convolutionize`, or to `without`"
          : "convolutions and poolings can be spread out, and what works on each unit by itself stays as it is",
      ],
    }),
  );
}

/** The call that stands in the definition itself: the node's own, or that of the block which it came from. */
function ownCall({ place }: LayerNode, depth: number): Span {
  return place.sites[place.sites.length - depth - 1] ?? place.call;
}

function within(inner: Span, outer: Span): boolean {
  return inner.file === outer.file && outer.start <= inner.start && inner.end <= outer.end;
}

function pairOf(setting: Setting | undefined, holds = true): Pair {
  return holds && Array.isArray(setting) ? (setting as unknown as Pair) : ONE;
}

function product(a: Pair, b: Pair): Pair {
  return [a[0] * b[0], a[1] * b[1]];
}

/** Of maps that meet: where they differ, so do their strides, which is a fault that is found where all others are. */
function larger(a: Pair, b: Pair): Pair {
  return [Math.max(a[0], b[0]), Math.max(a[1], b[1])];
}

function isOne(pair: Pair): boolean {
  return pair[0] === 1 && pair[1] === 1;
}
