import { nodeName, type NativeNode } from "../../../targets/tfjs-node/graph.js";

/**
 * A convolution, its bias and the ReLU that follow one another and are wanted by nobody else become one node, which
 * backends run in one pass: `Conv2D+BiasAdd` or `Conv2D+BiasAdd+Relu`. The gradient takes the result alone.
 *
 * @param order nodes as they are run
 * @param kept values that are asked for besides
 */
export function fused(order: readonly NativeNode[], kept: readonly string[]): NativeNode[] {
  const takers = new Map<string, NativeNode[]>();
  for (const node of order)
    for (const input of new Set(node.inputs.map(nodeName))) takers.set(input, [...(takers.get(input) ?? []), node]);
  const wanted = new Set(kept.map(nodeName));
  const followed = (node: NativeNode, op: string): NativeNode | null => {
    const [next, ...others] = takers.get(node.name) ?? [];
    const isAlone = next !== undefined && others.length === 0 && !wanted.has(node.name);
    return isAlone && next.op === op && next.inputs[0] === node.name ? next : null;
  };
  const replaced = new Map<string, NativeNode | null>();
  for (const node of order) {
    if (node.op !== "Conv2D") continue;
    const bias = followed(node, "BiasAdd");
    if (bias === null) continue;
    const relu = followed(bias, "Relu");
    const last = relu ?? bias;
    const inputs = [...node.inputs.slice(0, 2), ...bias.inputs.slice(1)];
    replaced.set(node.name, null);
    replaced.set(bias.name, null);
    replaced.set(last.name, {
      name: last.name,
      op: relu === null ? "Conv2D+BiasAdd" : "Conv2D+BiasAdd+Relu",
      inputs,
      attributes: node.attributes,
    });
  }
  return order.flatMap((node) => {
    const other = replaced.get(node.name);
    return other === undefined ? [node] : other === null ? [] : [other];
  });
}
