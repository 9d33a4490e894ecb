import type { OperationOf } from "../../src/model/plan.js";
import type { Graph } from "./graph.js";
import { attribute } from "./proto.js";

/** coefficients[0] values[0] + coefficients[1] values[1] + ... of maps of one shape. */
export function sum(graph: Graph, name: string, values: readonly string[], coefficients: readonly number[]): string {
  const terms = values.map((value, index) => {
    const coefficient = coefficients[index] ?? 1;
    if (coefficient === 1) return value;
    return graph.node(graph.part(name, `term_${index + 1}`), "Mul", [value, graph.floats([coefficient])]);
  });
  return chain(graph, name, "Add", terms);
}

export function product(graph: Graph, name: string, values: readonly string[]): string {
  return chain(graph, name, "Mul", values);
}

/** Left to right, the last step under `name`. */
function chain(graph: Graph, name: string, op: "Add" | "Mul", values: readonly string[]): string {
  const [first, ...rest] = values;
  if (first === undefined) throw new RangeError(`${name} has no inputs`);
  if (rest.length === 0) return identity(graph, name, first);
  return rest.reduce((left, right, index) => {
    const step = index === rest.length - 1 ? name : graph.part(name, `step_${index + 1}`);
    return graph.node(step, op, [left, right]);
  }, first);
}

export type Activation = OperationOf<"activation">["function"];

const ACTIVATIONS = { relu: "Relu", sigmoid: "Sigmoid", tanh: "Tanh", elu: "Elu", hardswish: "HardSwish" } as const;

export function activation(graph: Graph, name: string, value: string, kind: Activation): string {
  switch (kind) {
    case "relu6":
      return graph.node(name, "Clip", [value, graph.floats([0], []), graph.floats([6], [])]);
    case "hardsigmoid":
      return graph.node(name, "HardSigmoid", [value], { alpha: attribute.float(1 / 6), beta: attribute.float(0.5) });
    default:
      return graph.node(name, ACTIVATIONS[kind], [value]);
  }
}

export function leaky(graph: Graph, name: string, value: string, { slope }: OperationOf<"leaky">): string {
  return graph.node(name, "LeakyRelu", [value], { alpha: attribute.float(slope) });
}

export function prelu(graph: Graph, name: string, value: string, operation: OperationOf<"prelu">): string {
  return graph.node(name, "PRelu", [value, perChannel(graph, operation.weight, operation.channels)]);
}

/** With the running statistics. */
export function batchNorm(graph: Graph, name: string, value: string, operation: OperationOf<"batchnorm">): string {
  const { weight, bias, mean, variance, epsilon, channels } = operation;
  const vectors = [weight, bias, mean, variance].map((tensor) => graph.weight(tensor, [channels]));
  return graph.node(name, "BatchNormalization", [value, ...vectors], { epsilon: attribute.float(epsilon) });
}

/** Multiplied by a vector of the weights, and one added where there is one. */
export function scale(graph: Graph, name: string, value: string, operation: OperationOf<"scale">): string {
  const { weight, bias, channels } = operation;
  const factors = perChannel(graph, weight, channels);
  if (bias === null) return graph.node(name, "Mul", [value, factors]);
  const scaled = graph.node(graph.part(name, "scaled"), "Mul", [value, factors]);
  return graph.node(name, "Add", [scaled, perChannel(graph, bias, channels)]);
}

/** A tensor [C] of the weights, to go with [1, C, H, W]. */
const perChannel = (graph: Graph, tensor: string, channels: number): string => graph.weight(tensor, [channels, 1, 1]);

/** ONNX divides alpha by the window, as Caffe does. */
export function localResponse(graph: Graph, name: string, value: string, operation: OperationOf<"lrn">): string {
  return graph.node(name, "LRN", [value], {
    size: attribute.integer(operation.size),
    bias: attribute.float(operation.k),
    alpha: attribute.float(operation.alpha),
    beta: attribute.float(operation.beta),
  });
}

/** Over the channels. */
export function softmax(graph: Graph, name: string, value: string): string {
  return graph.node(name, "Softmax", [value], { axis: attribute.integer(1) });
}

export function identity(graph: Graph, name: string, value: string): string {
  return graph.node(name, "Identity", [value]);
}

/** What turns pixels into what the net was trained on: the order of channels, logarithm, scale and mean. */
export function preprocess(graph: Graph, name: string, value: string, operation: OperationOf<"preprocess">): string {
  const { reverse, log, scale: factors, offset } = operation;
  const channels = factors.length;
  const vector = (values: readonly number[]) => graph.floats(values, [channels, 1, 1]);
  const steps: ((step: string, input: string) => string)[] = [];
  if (reverse) {
    const order = graph.integers(Array.from({ length: channels }, (_, channel) => channels - 1 - channel));
    steps.push((step, input) => graph.node(step, "Gather", [input, order], { axis: attribute.integer(1) }));
  }
  if (log) steps.push((step, input) => graph.node(step, "Log", [input]));
  if (factors.some((factor) => factor !== 1))
    steps.push((step, input) => graph.node(step, "Mul", [input, vector(factors)]));
  if (offset.some((term) => term !== 0)) steps.push((step, input) => graph.node(step, "Add", [input, vector(offset)]));
  if (steps.length === 0) return identity(graph, name, value);
  return steps.reduce(
    (input, step, index) => step(index === steps.length - 1 ? name : graph.part(name, `step_${index + 1}`), input),
    value,
  );
}
