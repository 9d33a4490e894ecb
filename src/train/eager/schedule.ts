import { nodeName, type NativeNode } from "../../../targets/tfjs-node/graph.js";

/**
 * The nodes that some targets need, in an order in which they can be run: depth first, what runs before a node by a
 * control edge after its values, the last named first. So updates come as soon as they can, those of the last layers
 * first, and no gradient is kept for longer than it takes.
 *
 * @throws {RangeError} where a node is named that there is none of.
 */
export function schedule(nodes: ReadonlyMap<string, NativeNode>, targets: readonly string[]): NativeNode[] {
  const order: NativeNode[] = [];
  const done = new Set<string>();
  const open: { readonly node: NativeNode; readonly before: readonly string[]; next: number }[] = [];
  const enter = (name: string): void => {
    const node = nodes.get(name);
    if (node === undefined) throw new RangeError(`the graph has no node ${name}`);
    done.add(name);
    const controls = node.inputs.filter(isControl).reverse();
    open.push({
      node,
      before: [...node.inputs.filter((input) => !isControl(input)), ...controls].map(nodeName),
      next: 0,
    });
  };
  for (const target of targets) {
    if (done.has(nodeName(target))) continue;
    enter(nodeName(target));
    for (let top = open.at(-1); top !== undefined; top = open.at(-1)) {
      const name = top.before[top.next++];
      if (name === undefined) {
        order.push(top.node);
        open.pop();
      } else if (!done.has(name)) enter(name);
    }
  }
  return order;
}

export const isControl = (input: string): boolean => input.startsWith("^");
