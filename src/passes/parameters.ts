/** Weights and costs of nodes. */
import type { Geometry } from "../model/geometry.js";
import type { Graph } from "../model/graph.js";
import { denseAsConvolution } from "../layers/dense.js";
import type { Blob, LayerKind, SettingsRecord } from "../model/layer-kind.js";
import { evaluate, symbolOf } from "../model/size.js";

export interface Resolved {
  readonly layer: LayerKind;
  readonly settings: SettingsRecord;
}

/** A layer as it is computed: a dense layer on a map of fixed size is the convolution over all of it. */
export function resolvedLayer(graph: Graph, geometry: Geometry, index: number): Resolved | null {
  const node = graph.nodes[index];
  if (node?.kind !== "layer") return null;
  if (node.layer.role !== "dense") return node;
  const seen = geometry[node.inputs[0] ?? -1];
  if (!seen || symbolOf(seen.y.size) !== null || symbolOf(seen.x.size) !== null) return null;
  const [layer, settings] = denseAsConvolution(node.settings, [evaluate(seen.y.size, 0), evaluate(seen.x.size, 0)]);
  return { layer, settings };
}

/** The blobs of a node in Caffe's order; none where its geometry is unknown. */
export function blobsOf(graph: Graph, geometry: Geometry, index: number): readonly Blob[] {
  const node = graph.nodes[index];
  const resolved = resolvedLayer(graph, geometry, index);
  const input = node?.kind === "layer" ? geometry[node.inputs[0] ?? -1] : null;
  const own = geometry[index];
  if (!resolved?.layer.blobs || !input || !own) return [];
  return resolved.layer.blobs(resolved.settings, input.channels, own.channels);
}

export function elements(shape: readonly number[]): number {
  return shape.reduce((product, side) => product * side, 1);
}

/** Elements of all blobs of a node, as Caffe stores them. */
export function countParameters(graph: Graph, geometry: Geometry, index: number): number {
  return blobsOf(graph, geometry, index).reduce((sum, blob) => sum + elements(blob.shape), 0);
}

/** Nodes whose value reaches an output. */
export function usedNodes(graph: Graph): ReadonlySet<number> {
  const used = new Set(graph.outputs.map((output) => output.node));
  for (let index = graph.nodes.length - 1; index >= 0; index--) {
    const node = graph.nodes[index];
    if (used.has(index) && node?.kind === "layer") for (const input of node.inputs) used.add(input);
  }
  return used;
}
