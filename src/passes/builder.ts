/** Collects the nodes of a graph while a net is written out, and keeps their names unique. */
import { nameTwice } from "../diagnostics/codes/files.js";
import { tooLarge } from "../diagnostics/codes/names.js";
import { diagnose, type Report, type Span } from "../diagnostics/diagnostic.js";
import type { Expectation, GraphNode, GraphOutput, InputNode, LayerNode, TapClaim } from "../model/graph.js";
import type { Verdict } from "../model/size-set.js";

/** Layers and uses of blocks that one net may have once its blocks are written out. */
export const NODE_LIMIT = 200_000;

export class Builder {
  readonly nodes: GraphNode[] = [];
  readonly outputs: GraphOutput[] = [];
  readonly taps: TapClaim[] = [];
  readonly expectations: Expectation[] = [];
  readonly lostLabels: NonNullable<GraphOutput["labels"]>[] = [];
  readonly domain = new Map<string, Verdict>();
  /** Set where a fault keeps a part of the net out. */
  incomplete = false;

  readonly #names = new Map<string, Span>();
  readonly #parts = new Map<string, number>();
  #full = false;

  constructor(readonly report: Report) {}

  get full(): boolean {
    return this.#full;
  }

  /** Adds a layer under a name that a person gave, which must be new. Returns its index, or null when there is no room. */
  addLayer(node: Omit<LayerNode, "id" | "kind">): number | null {
    return this.#add({ ...node, kind: "layer", id: this.nodes.length });
  }

  addInput(node: Omit<InputNode, "id" | "kind">): number | null {
    return this.#add({ ...node, kind: "input", id: this.nodes.length });
  }

  /** A name for a layer that a person left unnamed: `conv1/relu`, then `conv1/relu_2`. */
  partName(owner: string, part: string): string {
    const base = `${owner}/${part}`;
    const count = (this.#parts.get(base) ?? 0) + 1;
    this.#parts.set(base, count);
    return count === 1 ? base : `${base}_${count}`;
  }

  #add(node: GraphNode): number | null {
    if (this.#full) return null;
    if (this.nodes.length >= NODE_LIMIT) {
      this.#stop(
        `the net has more than ${NODE_LIMIT.toLocaleString("en")} layers`,
        node.place.sites.at(-1) ?? node.place.call,
      );
      return null;
    }
    const earlier = this.#names.get(node.name);
    if (earlier) {
      this.incomplete = true;
      const at = node.place.sites.at(-1) ?? node.place.call;
      const suffix = node.place.sites.length > 0;
      this.report.add(
        diagnose(nameTwice, `two layers are called \`${node.name}\``, {
          at,
          label: suffix ? `brings in another \`${node.name}\`` : "here again",
          related: [{ span: earlier, message: "first here" }],
          help: [
            suffix
              ? 'give the second use a suffix of its own: `{ suffix: "_2" }`'
              : "names are the keys of weights: give each layer its own",
          ],
        }),
      );
      return null;
    }
    this.#names.set(node.name, node.place.sites.at(-1) ?? node.place.call);
    this.nodes.push(node);
    return node.id;
  }

  #stop(message: string, at: Span): void {
    this.#full = true;
    this.incomplete = true;
    this.report.add(
      diagnose(tooLarge, message, {
        at,
        help: ["blocks within blocks multiply: look for one that uses another many times"],
      }),
    );
  }
}
