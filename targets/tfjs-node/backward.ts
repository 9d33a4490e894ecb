import { GRADIENTS } from "./gradients/index.js";
import { FLOAT, nodeName, outputOf, valueOf, type NativeGraph, type NativeNode } from "./graph.js";

/** A node that a gradient is taken through, as its rule sees it. */
export interface Step {
  readonly graph: NativeGraph;
  readonly node: NativeNode;
  /** The gradient of the loss by an output; null where the loss does not depend on it. */
  gradient(output?: number): string | null;
  /** An input of the node, by position. */
  input(position: number): string;
  /** Whether anything that is trained lies behind an input: rules leave out what nobody asks for. */
  needs(position: number): boolean;
  /** A name for a node of the rule. */
  part(name: string): string;
}

/** The gradient by each input, in order; null or nothing for those that have none. */
export type GradientRule = (step: Step) => readonly (string | null)[];

/**
 * Reverse-mode differentiation of a graph: adds nodes that compute the gradient of the loss by each value of `by`, along
 * paths that lead from these to the loss and no others.
 *
 * @param seeds values that the loss is computed of, with the gradient of the loss by each
 * @returns by value of `by`; one that the loss does not depend on is left out
 */
export function backward(
  graph: NativeGraph,
  seeds: readonly (readonly [value: string, gradient: string])[],
  by: readonly string[],
): ReadonlyMap<string, string> {
  const active = dependants(graph, by);
  const contributions = new Map<string, string[]>();
  const contribute = (value: string, gradient: string): void => {
    const key = canonical(value);
    contributions.set(key, [...(contributions.get(key) ?? []), gradient]);
  };
  for (const [value, gradient] of seeds) if (active.has(nodeName(value))) contribute(value, gradient);

  const found = new Map<string, string>();
  const wanted = new Set(by);
  for (const node of [...graph.nodes].reverse()) {
    if (!active.has(node.name)) continue;
    const gradients = new Map<number, string>();
    const collect = (output: number): string | null => {
      const terms = contributions.get(valueOf(node.name, output)) ?? [];
      if (terms.length < 2) return terms[0] ?? null;
      let total = gradients.get(output);
      if (total === undefined) {
        const attributes = { T: FLOAT, N: { i: String(terms.length) } };
        gradients.set(output, (total = graph.node(`gradient/${node.name}/sum`, "AddN", terms, attributes)));
      }
      return total;
    };
    if (wanted.has(node.name)) {
      const gradient = collect(0);
      if (gradient !== null) found.set(node.name, gradient);
      continue;
    }
    if (!hasGradient(contributions, node)) continue;
    const rule = GRADIENTS[node.op];
    if (rule === undefined) throw new Error(`no gradient is known for ${node.op}, of ${node.name}`);
    const gradientsOfInputs = rule({
      graph,
      node,
      gradient: (output = 0) => collect(output),
      input: (position) => inputAt(node, position),
      needs: (position) => active.has(nodeName(inputAt(node, position))),
      part: (name) => `gradient/${node.name}/${name}`,
    });
    gradientsOfInputs.forEach((gradient, position) => {
      const value = inputAt(node, position);
      if (gradient !== null && active.has(nodeName(value))) contribute(value, gradient);
    });
  }
  return found;
}

/** The nodes whose numbers depend on any of these values, with these. A shape has nothing to do with numbers. */
function dependants(graph: NativeGraph, values: readonly string[]): ReadonlySet<string> {
  const found = new Set(values);
  for (const { name, op, inputs } of graph.nodes)
    if (op !== "Shape" && inputs.some((input) => found.has(nodeName(input)))) found.add(name);
  return found;
}

function hasGradient(contributions: ReadonlyMap<string, readonly string[]>, { name, attributes }: NativeNode): boolean {
  const split = attributes["num_split"];
  const outputs = split !== undefined && "i" in split ? Number(split.i) : 1;
  return Array.from({ length: outputs }, (_, output) => valueOf(name, output)).some((key) => contributions.has(key));
}

function inputAt({ name, inputs }: NativeNode, position: number): string {
  const input = inputs[position];
  if (input === undefined) throw new RangeError(`${name} has no input ${position}`);
  return input;
}

const canonical = (value: string): string => valueOf(nodeName(value), outputOf(value));
