/** Finds a backbone of the library in a net: the same layers in the same order, but for what a use of it may change. */
import { planValue } from "../../model/layer-kind.js";
import type { PlanLayer, PlanValue } from "../../model/plan.js";
import type { Backbone } from "./library.js";
import { hasWeights } from "./lines.js";
import type { Node } from "./wire.js";

export interface Recognised {
  readonly backbone: Backbone;
  /** What it is fed with. */
  readonly from: number;
  /** Nodes of the net by the layer of the backbone that they are. */
  readonly nodes: ReadonlyMap<string, Node>;
  /** Nodes that end a line of the backbone, and so can be named: by node. */
  readonly ends: ReadonlyMap<number, string>;
  /** Lines that the net has, and those that it has not. */
  readonly lines: readonly string[];
  readonly without: readonly string[];
  /** Settings that the net has otherwise. */
  readonly overrides: readonly { readonly layer: string; readonly setting: string; readonly value: PlanValue }[];
  /** Dropouts that the net has not, which change nothing when it predicts. */
  readonly dropouts: readonly string[];
}

/** Settings that a use may change and the layer is still the same one. */
const OVERRIDABLE: ReadonlySet<string> = new Set(["pad", "stride", "dilation", "round"]);
/** How fresh weights start makes no other layer of it. */
const IRRELEVANT: ReadonlySet<string> = new Set(["init"]);

/** A trunk that has less of a backbone's weights is not that backbone. */
const LEAST_SHARE = 0.6;

/**
 * @param from the value that its first layer would take
 * @param taken nodes that belong to another use already
 */
export function recognise(
  nodes: readonly Node[],
  backbone: Backbone,
  from: number,
  taken: ReadonlySet<number>,
): Recognised | null {
  const byLayer = new Map<string, Node>();
  /** The net's value for each of the backbone's, by name; the input's name is in none. */
  const values = new Map<string, number>();
  const used = new Set<number>(taken);
  const dropouts: string[] = [];
  for (const layer of backbone.layers) {
    const inputs = layer.inputs.map((name) => values.get(name) ?? (isLayer(backbone, name) ? null : from));
    if (inputs.includes(null)) continue;
    const candidates = nodes.filter(
      (node) => !used.has(node.id) && node.kind === layer.kind && sameInputs(node, inputs) && agrees(node, layer),
    );
    const node = bestOf(candidates, layer);
    if (node !== undefined) {
      used.add(node.id);
      byLayer.set(layer.name, node);
      values.set(layer.name, node.id);
    } else if (layer.kind === "dropout" && inputs[0] !== null && inputs[0] !== undefined) {
      dropouts.push(layer.name);
      values.set(layer.name, inputs[0]);
    }
  }
  return gather(backbone, from, byLayer, values, dropouts, nodes);
}

const isLayer = ({ layers }: Backbone, name: string): boolean => layers.some((layer) => layer.name === name);

const sameInputs = ({ inputs }: Node, wanted: readonly (number | null)[]): boolean =>
  inputs.length === wanted.length && inputs.every((id, index) => id === wanted[index]);

/** Whether a node is the layer, but for what may differ. */
function agrees(node: Node, layer: PlanLayer): boolean {
  return Object.entries(layer.settings).every(
    ([name, value]) =>
      OVERRIDABLE.has(name) || IRRELEVANT.has(name) || same(planValue(node.settings[name] ?? null), value),
  );
}

const same = (a: PlanValue, b: PlanValue): boolean => JSON.stringify(a) === JSON.stringify(b);

/** Of several that could be it, the one with its name or one like it; else the first. */
function bestOf(candidates: readonly Node[], { name, settings }: PlanLayer): Node | undefined {
  const exact = candidates.find((node) =>
    Object.entries(settings).every(
      ([key, value]) => IRRELEVANT.has(key) || same(planValue(node.settings[key] ?? null), value),
    ),
  );
  const named = (nodes: readonly Node[]): Node | undefined => nodes.find((node) => node.layer?.name.startsWith(name));
  return named(candidates) ?? exact ?? candidates[0];
}

/** `inception_3a` for `inception_3a.conv_1x1/relu`. */
export const lineOf = (layer: string): string => /^[^./]+/.exec(layer)?.[0] ?? layer;

function gather(
  backbone: Backbone,
  from: number,
  byLayer: ReadonlyMap<string, Node>,
  values: ReadonlyMap<string, number>,
  dropouts: readonly string[],
  nodes: readonly Node[],
): Recognised | null {
  const whole = backbone.lines.filter(({ name }) => {
    const own = backbone.layers.filter((layer) => lineOf(layer.name) === name);
    return own.every((layer) => values.has(layer.name));
  });
  // A line that is left out in the middle would leave what comes after it without its input.
  const names = new Set(whole.map(({ name }) => name));
  const kept = backbone.layers.filter(({ name }) => names.has(lineOf(name)));
  const isSound = kept.every(({ inputs }) =>
    inputs.every((input) => names.has(lineOf(input)) || !isLayer(backbone, input)),
  );
  const weighted = (layers: readonly PlanLayer[]): number => layers.filter(({ kind }) => hasWeights(kind)).length;
  if (!isSound || weighted(kept) < LEAST_SHARE * weighted(backbone.layers)) return null;

  const own = new Map([...byLayer].filter(([layer]) => names.has(lineOf(layer))));
  const ends = new Map<number, string>();
  for (const { name } of whole) {
    const last = backbone.layers.findLast((layer) => lineOf(layer.name) === name);
    const value = last && values.get(last.name);
    if (value !== undefined) ends.set(value, name);
  }
  // What is taken from within a line has no name outside of it.
  const inside = new Set([...own.values()].map(({ id }) => id));
  const isReached = nodes.some(
    (node) => !inside.has(node.id) && node.inputs.some((id) => inside.has(id) && !ends.has(id)),
  );
  if (isReached) return null;
  const overrides = kept.flatMap((layer) => {
    const node = own.get(layer.name);
    if (node === undefined) return [];
    return Object.entries(layer.settings).flatMap(([setting, value]) => {
      const found = planValue(node.settings[setting] ?? null);
      return OVERRIDABLE.has(setting) && !same(found, value) ? [{ layer: layer.name, setting, value: found }] : [];
    });
  });
  return {
    backbone,
    from,
    nodes: own,
    ends,
    lines: [...names],
    without: backbone.lines.map(({ name }) => name).filter((name) => !names.has(name)),
    overrides,
    dropouts: dropouts.filter((name) => names.has(lineOf(name))),
  };
}
