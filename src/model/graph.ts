/**
 * The graph: a net with its backbones and blocks written out, every name resolved and every setting bound. Nodes refer
 * to earlier nodes by index, so the order of `nodes` is an order in which they can be computed.
 */
import type { Span } from "../diagnostics/diagnostic.js";
import type { Pair, PlanInput } from "./plan.js";
import type { LayerKind, SettingsRecord } from "./layer-kind.js";
import type { Verdict } from "./size-set.js";

/** Where a node was written. */
export interface Place {
  /** The call that made it. */
  readonly call: Span;
  /** The spans of the values of arguments and overrides, by parameter. */
  readonly arguments: Readonly<Record<string, Span>>;
  /** The same with the names before them, `pad: 100`, where they were given by name. */
  readonly settings: Readonly<Record<string, Span>>;
  /** The uses of backbones and blocks through which the call came into the net, innermost first. */
  readonly sites: readonly Span[];
}

interface NodeBase {
  readonly id: number;
  /** Unique in the net: what `inspect` prints and weights are keyed by. */
  readonly name: string;
  readonly place: Place;
}

export interface InputNode extends NodeBase {
  readonly kind: "input";
  readonly format: PlanInput["format"];
  /** A size symbol, or a fixed number of pixels. */
  readonly height: string | number;
  readonly width: string | number;
  readonly channels: number;
  /** For each channel; what comes in is `(value - mean) * scale`. */
  readonly mean: readonly number[] | null;
  readonly scale: readonly number[] | null;
  readonly log: boolean;
}

export interface LayerNode extends NodeBase {
  readonly kind: "layer";
  readonly layer: LayerKind;
  readonly settings: SettingsRecord;
  /** Indices of the nodes whose values it takes; a crop's second is its reference. */
  readonly inputs: readonly number[];
  /** True for a convolution that was written as a dense layer: its weights may come as [out, in]. */
  readonly wasDense: boolean;
}

export type GraphNode = InputNode | LayerNode;

export interface GraphOutput {
  readonly name: string;
  readonly node: number;
  /** The label file as it was written, or null. */
  readonly labels: { readonly path: string; readonly span: Span } | null;
  readonly ignore: number | null;
  readonly span: Span;
}

/** `tap pool4 at stride 16`, to be proved. */
export interface TapClaim {
  readonly name: string;
  readonly node: number;
  readonly stride: number;
  readonly span: Span;
  readonly site: Span | null;
}

/** `expect rf(fc7) == 404`, to be proved. */
export type Expectation =
  | {
      readonly kind: "measure";
      readonly measure: string;
      readonly nodes: readonly number[];
      /** The nodes as they were written. */
      readonly names: readonly string[];
      readonly operator: string;
      /** As exact decimals or fractions: one for both axes, or y and x. */
      readonly value: readonly string[];
      readonly span: Span;
    }
  | { readonly kind: "valid"; readonly symbol: string; readonly sizes: Verdict; readonly span: Span };

export interface Graph {
  readonly name: string;
  readonly file: string;
  readonly span: Span;
  readonly nodes: readonly GraphNode[];
  readonly outputs: readonly GraphOutput[];
  /** The label files of outputs that a fault keeps from being known: they are read for faults of their own. */
  readonly lostLabels: readonly NonNullable<GraphOutput["labels"]>[];
  readonly taps: readonly TapClaim[];
  readonly expectations: readonly Expectation[];
  /** The sizes that the inputs admit, by symbol. */
  readonly domain: ReadonlyMap<string, Verdict>;
  /** True where a fault kept a part of the net out, so that what seems unused may not be. */
  readonly incomplete: boolean;
}

/** The offset that was written at a crop, or null where it was left to be derived. */
export function statedOffset(node: LayerNode): Pair | null {
  const offset = node.settings["offset"];
  return Array.isArray(offset) ? (offset as unknown as Pair) : null;
}
