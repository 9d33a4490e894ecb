/** Which nodes stand on one line of a spec: a layer and what follows it in place. */
import { kindOf } from "./call.js";
import type { Node } from "./wire.js";

export interface Line {
  /** As the layer is called that has weights, or the last one. */
  readonly name: string;
  readonly nodes: readonly Node[];
}

export interface Folded {
  readonly nodes: readonly Node[];
  /** Scale layers that became a part of the batch normalization before them, with it. */
  readonly scales: ReadonlyMap<Node, Node>;
}

/** How many times each node's value is taken. */
export function uses(nodes: readonly Node[]): ReadonlyMap<number, number> {
  const counts = new Map<number, number>();
  for (const { inputs } of nodes) for (const input of inputs) counts.set(input, (counts.get(input) ?? 0) + 1);
  return counts;
}

/** A learned Scale with a bias behind a BatchNorm is the second half of one batch normalization. */
export function foldScales(nodes: readonly Node[]): Folded {
  const counts = uses(nodes);
  const alias = new Map<number, number>();
  const scales = new Map<Node, Node>();
  const kept: Node[] = [];
  for (const node of nodes) {
    const inputs = node.inputs.map((id) => alias.get(id) ?? id);
    const norm = nodes[inputs[0] ?? -1];
    const isScale = node.kind === "scale" && node.settings["bias"] === true && norm?.kind === "batchnorm";
    if (isScale && counts.get(norm.id) === 1 && ![...scales.values()].includes(norm)) {
      alias.set(node.id, norm.id);
      scales.set(node, norm);
    } else kept.push({ ...node, inputs });
  }
  return { nodes: kept, scales };
}

export const hasWeights = (kind: string): boolean => {
  if (kind === "input") return false;
  const layer = kindOf(kind);
  return layer.blobs !== undefined || layer.role === "dense";
};

/** Nodes in lines, in the order of the net. Those of `skip` have been said otherwise. */
export function linesOf(nodes: readonly Node[], skip: ReadonlySet<number>): Line[] {
  const counts = uses(nodes);
  const lines: { name: string; nodes: Node[] }[] = [];
  const ending = new Map<number, { name: string; nodes: Node[] }>();
  for (const node of nodes) {
    if (node.kind === "input" || skip.has(node.id)) continue;
    const [before] = node.inputs;
    const line = node.inputs.length === 1 && before !== undefined ? ending.get(before) : undefined;
    const name = node.layer?.name ?? node.blob;
    if (line !== undefined && before !== undefined && counts.get(before) === 1 && follows(node, line)) {
      line.nodes.push(node);
      if (!line.nodes.some(({ kind }) => hasWeights(kind))) line.name = node.blob;
      ending.delete(before);
      ending.set(node.id, line);
    } else {
      const begun = { name, nodes: [node] };
      lines.push(begun);
      ending.set(node.id, begun);
    }
  }
  return lines;
}

/** Whether a node may stand behind the line that it takes: it has no weights, and no name that anybody needs. */
function follows(node: Node, line: { readonly name: string }): boolean {
  if (hasWeights(node.kind)) return false;
  if (node.layer?.name === `${line.name}/${node.kind}`) return true;
  return node.inPlace && kindOf(node.kind).inPlace === true;
}
