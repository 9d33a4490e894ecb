import type { Plan, Tensor } from "../../src/model/plan.js";
import type { Constant, Graph } from "../web/graph.js";
import { count } from "../web/layout.js";
import type { Attribute, NodeDef } from "../web/model-json.js";
import { dilatedConvolution, isDilated } from "./dilation.js";
import { nodeName, outputOf, valueOf, type NativeGraph } from "./graph.js";
import { variable, WeightValues, type Variable } from "./variables.js";

/** How a dropout runs: the value that goes on. */
export type Dropout = (name: string, value: string, rate: number, index: number) => string;

export interface Forward {
  /** The value in the native graph, by that of the lowered one. */
  value(name: string): string;
  readonly weights: WeightValues;
}

/**
 * The nodes of a graph model as nodes of native TensorFlow, under `prefix`: weights are read from variables, operations
 * that only TF.js has are composed, and those that stand for several are written out, since these have gradients.
 *
 * @param dropout null for the net as it predicts
 */
export function forward(
  graph: NativeGraph,
  plan: Plan,
  lowered: Graph,
  prefix: string,
  variables: ReadonlyMap<string, Variable>,
  dropout: Dropout | null,
): Forward {
  const constants = new Map(lowered.constants.map((constant) => [constant.name, constant]));
  const weights = new WeightValues(graph, prefix, variables);
  const names = new Map<string, string>();
  const value = (name: string): string => {
    const found = names.get(nodeName(name));
    if (found === undefined) throw new RangeError(`the lowered graph has no node ${name}`);
    const output = outputOf(name);
    return output === 0 ? found : valueOf(nodeName(found), output);
  };
  const dropouts = new Map(
    plan.operations
      .flatMap((operation) => (operation.op === "dropout" && operation.rate > 0 ? [operation] : []))
      .map(({ name, rate }, index) => [name, { rate, index }]),
  );
  for (const node of lowered.nodes) {
    const name = `${prefix}/${node.name}`;
    const constant = constants.get(node.name);
    const inputs = (node.input ?? []).map(value);
    const dropped = dropout === null ? undefined : dropouts.get(node.name);
    if (constant !== undefined) names.set(node.name, constantValue(graph, weights, constant));
    else if (dropped !== undefined && dropout !== null)
      names.set(node.name, dropout(name, inputs[0] ?? "", dropped.rate, dropped.index));
    else names.set(node.name, nativeNode(graph, name, node, inputs, dropout !== null));
  }
  return { value, weights };
}

/** A variable for each tensor that the lowered graph reads. */
export function weightVariables(
  graph: NativeGraph,
  tensors: readonly Tensor[],
  lowered: Graph,
): ReadonlyMap<string, Variable> {
  const used = new Set(
    lowered.constants.map(({ contents }) =>
      contents.kind === "kernel" ? contents.kernel.tensor : contents.kind === "vector" ? contents.tensor : "",
    ),
  );
  return new Map(
    tensors.filter(({ name }) => used.has(name)).map((tensor) => [tensor.name, variable(graph, tensor.name, tensor)]),
  );
}

function constantValue(graph: NativeGraph, weights: WeightValues, { contents, dtype, shape }: Constant): string {
  switch (contents.kind) {
    case "values":
      if (contents.values.length !== count(shape)) throw new RangeError("a constant of another length than its shape");
      return graph.constant({ dtype, shape, values: contents.values });
    case "vector":
      return weights.vector(contents.tensor, contents.start, contents.end);
    case "kernel":
      return weights.kernel(contents.kernel, shape);
  }
}

function nativeNode(
  graph: NativeGraph,
  name: string,
  node: NodeDef,
  inputs: readonly string[],
  isTrained: boolean,
): string {
  const attributes = node.attr ?? {};
  switch (node.op) {
    case "_FusedConv2D":
      return unfused(graph, name, "Conv2D", inputs, attributes, isTrained);
    case "FusedDepthwiseConv2dNative":
      return unfused(graph, name, "DepthwiseConv2dNative", inputs, attributes, isTrained);
    case "Conv2D":
      return convolution(graph, name, inputs, attributes, isTrained);
    case "Prelu":
      return prelu(graph, name, inputs);
    default:
      return graph.node(name, node.op, inputs, attributes);
  }
}

/** What only fused operations have. */
const FUSION: ReadonlySet<string> = new Set(["fused_ops", "num_args", "epsilon", "leakyrelu_alpha"]);

/** A convolution, its bias, and the activation that follows. */
function unfused(
  graph: NativeGraph,
  name: string,
  op: "Conv2D" | "DepthwiseConv2dNative",
  [value = "", filter = "", bias = ""]: readonly string[],
  attributes: Readonly<Record<string, Attribute>>,
  isTrained: boolean,
): string {
  const fused = attributes["fused_ops"];
  const own = Object.fromEntries(Object.entries(attributes).filter(([key]) => !FUSION.has(key)));
  const steps = fused !== undefined && "list" in fused ? (fused.list.s ?? []).map((text) => atob(text)) : [];
  const activation = steps[1];
  const linear =
    op === "Conv2D"
      ? convolution(graph, `${name}/linear`, [value, filter], own, isTrained)
      : graph.node(`${name}/linear`, op, [value, filter], own);
  const biased = graph.typed(activation === undefined ? name : `${name}/biased`, "BiasAdd", [linear, bias]);
  return activation === undefined ? biased : graph.typed(name, activation, [biased]);
}

/** TensorFlow has no gradient of a dilated convolution on the processor, so in training one runs on blocks. */
function convolution(
  graph: NativeGraph,
  name: string,
  inputs: readonly string[],
  attributes: Readonly<Record<string, Attribute>>,
  isTrained: boolean,
): string {
  const [value = "", filter = ""] = inputs;
  if (isTrained && isDilated(attributes)) return dilatedConvolution(graph, name, value, filter, attributes);
  return graph.node(name, "Conv2D", inputs, attributes);
}

/** relu(x) - slopes * relu(-x): Prelu is TF.js's own operation. */
function prelu(graph: NativeGraph, name: string, [value = "", slopes = ""]: readonly string[]): string {
  const above = graph.typed(`${name}/above`, "Relu", [value]);
  const negative = graph.typed(`${name}/negative`, "Neg", [value]);
  const below = graph.typed(`${name}/below`, "Relu", [negative]);
  const scaled = graph.typed(`${name}/scaled`, "Mul", [below, slopes]);
  return graph.typed(name, "Sub", [above, scaled]);
}
