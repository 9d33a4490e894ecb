/**
 * The net as values instead of blobs: layers that work in place, Split and the two phases are resolved, so that each
 * node takes the values that Caffe would give it.
 */
import { caffeNotUnderstood, prototxtValue } from "../../diagnostics/codes/caffe.js";
import { nearest } from "../../diagnostics/suggest.js";
import type { CaffeInput, CaffeLayer, CaffeNet } from "../net.js";
import { isIncluded, type NetState } from "../phase.js";
import type { Call } from "./call.js";
import type { KnownWeights } from "./conversion.js";
import { ADVICE, CONVERSIONS, DATA, LOSSES, MEASURES } from "./layers.js";
import { readLoss, type Loss } from "./loss.js";

export interface Node extends Call {
  /** Its place in the list of nodes. */
  readonly id: number;
  readonly inputs: readonly number[];
  readonly channels: number;
  /** Null for what the net is fed with. */
  readonly layer: CaffeLayer | null;
  /** Whether it overwrites the blob that it takes. */
  readonly inPlace: boolean;
  readonly blob: string;
}

/** Where a blob that a net is fed with comes from. */
export interface Feed {
  readonly blob: string;
  /** Data layers that give it, one a phase, and which of their tops it is. */
  readonly layers: readonly { readonly layer: CaffeLayer; readonly top: number }[];
  readonly input: CaffeInput | null;
}

export interface Ignored {
  readonly layer: CaffeLayer;
  /** Why it could be left out, as the end of a sentence. */
  readonly reason: string;
}

export interface Wired {
  readonly nodes: readonly Node[];
  /** The feeds that the net computes from, with their nodes. */
  readonly inputs: readonly { readonly node: Node; readonly feed: Feed }[];
  readonly losses: readonly Loss[];
  /** Nodes that the net is there for. */
  readonly outputs: readonly number[];
  readonly ignored: readonly Ignored[];
}

export function wire(
  net: CaffeNet,
  state: NetState,
  channelsOf: (feed: Feed) => number | null,
  weights: KnownWeights,
): Wired {
  return new Wiring(net, state, channelsOf, weights).run();
}

class Wiring {
  readonly #nodes: Node[] = [];
  readonly #inputs: { node: Node; feed: Feed }[] = [];
  readonly #losses: Loss[] = [];
  readonly #ignored: Ignored[] = [];
  readonly #feeds = new Map<string, Feed>();
  readonly #values = new Map<string, number>();
  readonly #used = new Set<number>();
  /** Blobs of layers that were not understood: what follows from that is not told. */
  readonly #lost = new Set<string>();

  constructor(
    private readonly net: CaffeNet,
    private readonly state: NetState,
    private readonly channelsOf: (feed: Feed) => number | null,
    private readonly weights: KnownWeights,
  ) {
    for (const input of net.inputs) this.#feeds.set(input.blob, { blob: input.blob, layers: [], input });
  }

  run(): Wired {
    for (const layer of this.net.layers) this.#layer(layer);
    const scored = this.#losses.flatMap(({ scores }) => (scores === null ? [] : [scores]));
    const open = this.#nodes.filter(({ id, kind }) => kind !== "input" && !this.#used.has(id) && !scored.includes(id));
    return {
      nodes: this.#nodes,
      inputs: this.#inputs,
      losses: this.#losses,
      outputs: [...new Set(scored), ...open.map(({ id }) => id)],
      ignored: this.#ignored,
    };
  }

  #layer(layer: CaffeLayer): void {
    const { type, fields } = layer;
    const isHere = isIncluded(layer.include, layer.exclude, this.state);
    if (DATA.has(type) || (type === "Python" && layer.bottoms.length === 0)) this.#feed(layer);
    else if (LOSSES.has(type)) this.#loss(layer);
    else if (MEASURES.has(type)) this.#ignore(layer, "measures what the net gives, or drops it");
    else if (!isHere && type !== "Dropout") this.#ignore(layer, "belongs to another phase or stage");
    else if (type === "Split") this.#split(layer);
    else {
      const convert = Object.hasOwn(CONVERSIONS, type) ? CONVERSIONS[type] : undefined;
      if (convert !== undefined) {
        const inputs = this.#bottoms(layer);
        if (inputs !== null) this.#compute(layer, inputs);
        else for (const top of layer.tops) this.#lose(top);
        return;
      }
      const near = nearest(type, [...Object.keys(CONVERSIONS), ...DATA]);
      fields.fault(caffeNotUnderstood, `${fields.owner} is a \`${type}\`, which a spec has not`, null, {
        label: near === null ? "not understood" : `did you mean \`${near}\`?`,
        help: [
          ADVICE[type] ?? "delete the layer in a copy of the prototxt, and write what it does into the spec by hand",
        ],
      });
      for (const top of layer.tops) this.#lose(top);
    }
  }

  #compute(layer: CaffeLayer, inputs: readonly number[]): void {
    const channels = inputs.map((id) => this.#nodes[id]?.channels ?? 0);
    const understood = CONVERSIONS[layer.type]?.(layer, channels, this.weights) ?? null;
    layer.fields.finish();
    const [top, ...more] = layer.tops;
    if (understood === null || top === undefined || more.length > 0) {
      if (understood !== null)
        layer.fields.fault(prototxtValue, `${layer.fields.owner} wants one top, and has ${layer.tops.length}`, null);
      for (const lost of layer.tops) this.#lose(lost);
      return;
    }
    for (const id of inputs) this.#used.add(id);
    const inPlace = layer.bottoms[0] === top;
    const { kind, settings } = understood;
    const id = this.#add({ kind, settings, inputs, channels: understood.channels, layer, inPlace, blob: top });
    this.#values.set(top, id);
    this.#lost.delete(top);
  }

  #add(node: Omit<Node, "id">): number {
    const id = this.#nodes.length;
    this.#nodes.push({ ...node, id });
    return id;
  }

  #lose(blob: string): void {
    this.#lost.add(blob);
    this.#values.delete(blob);
  }

  /** The values that a layer takes, or null where one is not known. */
  #bottoms(layer: CaffeLayer): number[] | null {
    const ids = layer.bottoms.map((blob) => this.#value(blob, layer));
    if (layer.bottoms.length === 0)
      layer.fields.fault(prototxtValue, `${layer.fields.owner} has no \`bottom\``, null, {
        help: ["name the blob that it takes"],
      });
    return ids.length > 0 && ids.every((id) => id !== null) ? ids : null;
  }

  #value(blob: string, layer: CaffeLayer): number | null {
    const known = this.#values.get(blob);
    if (known !== undefined) return known;
    if (this.#lost.has(blob)) return null;
    const feed = this.#feeds.get(blob);
    const at = layer.fields.all("bottom").find(({ value }) => value === blob) ?? null;
    if (feed === undefined) {
      const near = nearest(blob, [...this.#values.keys(), ...this.#feeds.keys()]);
      layer.fields.fault(prototxtValue, `no layer above ${layer.fields.owner} gives a blob \`${blob}\``, at, {
        label: near === null ? "unknown" : `did you mean \`${near}\`?`,
      });
      this.#lose(blob);
      return null;
    }
    const channels = this.channelsOf(feed);
    if (channels === null) {
      layer.fields.fault(prototxtValue, `nothing says how many channels \`${blob}\` has`, at, {
        help: [
          `write \`input: "${blob}"\` and \`input_shape { dim: 1 dim: 3 dim: 500 dim: 500 }\` in place of its layer`,
        ],
      });
      this.#lose(blob);
      return null;
    }
    const id = this.#add({ kind: "input", settings: {}, inputs: [], channels, layer: null, inPlace: false, blob });
    const node = this.#nodes[id];
    if (node !== undefined) this.#inputs.push({ node, feed });
    this.#values.set(blob, id);
    return id;
  }

  #feed(layer: CaffeLayer): void {
    for (const [top, blob] of layer.tops.entries()) {
      const feed = this.#feeds.get(blob) ?? { blob, layers: [], input: null };
      this.#feeds.set(blob, { ...feed, layers: [...feed.layers, { layer, top }] });
    }
    if (layer.type !== "Input") this.#ignored.push({ layer, reason: "says where images come from" });
  }

  #split(layer: CaffeLayer): void {
    const [value] = this.#bottoms(layer) ?? [];
    for (const top of layer.tops)
      if (value === undefined) this.#lose(top);
      else this.#values.set(top, value);
  }

  #loss(layer: CaffeLayer): void {
    const [scores = "", labels = ""] = layer.bottoms;
    const id = scores === "" ? null : this.#value(scores, layer);
    this.#losses.push(readLoss(layer, id, labels));
    this.#ignored.push({ layer, reason: "is the loss, which a recipe has" });
  }

  #ignore(layer: CaffeLayer, reason: string): void {
    this.#ignored.push({ layer, reason });
  }
}
