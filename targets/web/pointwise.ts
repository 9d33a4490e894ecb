import type { Operation, OperationOf } from "../../src/model/plan.js";
import type { Graph } from "./graph.js";
import { attribute } from "./model-json.js";
import { arithmetic } from "./sizes.js";

const type = { T: attribute.type("float32") };

/** coefficients[0] values[0] + coefficients[1] values[1] + ... of maps of one shape. */
export function sum(graph: Graph, name: string, values: readonly string[], coefficients: readonly number[]): string {
  const terms = values.map((value, index) => {
    const coefficient = coefficients[index] ?? 1;
    if (coefficient === 1) return value;
    return arithmetic(graph, graph.part(name, `term_${index + 1}`), "Mul", value, graph.floats(coefficient));
  });
  return chain(graph, name, "AddV2", terms);
}

export function product(graph: Graph, name: string, values: readonly string[]): string {
  return chain(graph, name, "Mul", values);
}

/** Left to right, the last step under `name`. */
function chain(graph: Graph, name: string, op: "AddV2" | "Mul", values: readonly string[]): string {
  const [first, ...rest] = values;
  if (first === undefined) throw new RangeError(`${name} has no inputs`);
  if (rest.length === 0) return graph.node(name, "Identity", [first], type);
  return rest.reduce((left, right, index) => {
    const step = index === rest.length - 1 ? name : graph.part(name, `step_${index + 1}`);
    return arithmetic(graph, step, op, left, right);
  }, first);
}

const ACTIVATIONS = { relu: "Relu", relu6: "Relu6", sigmoid: "Sigmoid", tanh: "Tanh", elu: "Elu" } as const;

type Activation = OperationOf<"activation">["function"];

export function activation(graph: Graph, name: string, value: string, kind: Activation): string {
  if (kind !== "hardsigmoid" && kind !== "hardswish") return graph.node(name, ACTIVATIONS[kind], [value], type);
  const shifted = arithmetic(graph, graph.part(name, "shifted"), "AddV2", value, graph.floats(3));
  const gate = graph.node(graph.part(name, "gate"), "Relu6", [shifted], type);
  if (kind === "hardsigmoid") return arithmetic(graph, name, "Mul", gate, graph.floats(1 / 6));
  const gated = arithmetic(graph, graph.part(name, "gated"), "Mul", value, gate);
  return arithmetic(graph, name, "Mul", gated, graph.floats(1 / 6));
}

/** One slope for all channels, as one for each: ten times faster than LeakyRelu on WASM, and the same numbers. */
export function leaky(graph: Graph, name: string, value: string, operation: OperationOf<"leaky">): string {
  const slopes = Array<number>(operation.channels).fill(operation.slope);
  return graph.node(name, "Prelu", [value, graph.floats(slopes)], type);
}

/** Prelu is TF.js's own operation; TensorFlow has none. */
export function prelu(graph: Graph, name: string, value: string, operation: OperationOf<"prelu">): string {
  return graph.node(name, "Prelu", [value, vector(graph, operation, "weight", operation.weight)], type);
}

/** A tensor [C] of the weights. */
function vector(graph: Graph, { layer, channels }: Operation, part: string, tensor: string): string {
  return graph.weight(layer, part, [channels], { kind: "vector", tensor, start: 0, end: channels });
}

/** With the running statistics. */
export function batchNorm(graph: Graph, name: string, value: string, operation: OperationOf<"batchnorm">): string {
  const { weight, bias, mean, variance, epsilon } = operation;
  const parts = { weight, bias, running_mean: mean, running_var: variance };
  const vectors = Object.entries(parts).map(([part, tensor]) => vector(graph, operation, part, tensor));
  return graph.node(name, "FusedBatchNormV3", [value, ...vectors], {
    ...type,
    U: attribute.type("float32"),
    epsilon: attribute.float(epsilon),
    exponential_avg_factor: attribute.float(1),
    data_format: attribute.text("NHWC"),
    is_training: attribute.flag(false),
  });
}

/** Multiplied by a vector of the weights, and one added where there is one. */
export function scale(graph: Graph, name: string, value: string, operation: OperationOf<"scale">): string {
  const { weight, bias } = operation;
  const factors = vector(graph, operation, "weight", weight);
  if (bias === null) return arithmetic(graph, name, "Mul", value, factors);
  const scaled = arithmetic(graph, graph.part(name, "scaled"), "Mul", value, factors);
  return arithmetic(graph, name, "AddV2", scaled, vector(graph, operation, "bias", bias));
}

/** Caffe divides alpha by the window, TensorFlow does not. */
export function localResponse(graph: Graph, name: string, value: string, operation: OperationOf<"lrn">): string {
  return graph.node(name, "LRN", [value], {
    ...type,
    depth_radius: attribute.integer((operation.size - 1) / 2),
    bias: attribute.float(operation.k),
    alpha: attribute.float(operation.alpha / operation.size),
    beta: attribute.float(operation.beta),
  });
}

/** Over the channels. */
export function softmax(graph: Graph, name: string, value: string): string {
  return graph.node(name, "Softmax", [value], type);
}

export function identity(graph: Graph, name: string, value: string): string {
  return graph.node(name, "Identity", [value], type);
}
