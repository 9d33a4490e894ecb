import type { OperationOf } from "../../src/model/plan.js";
import { convolutionAttributes } from "./convolution.js";
import type { Graph } from "./graph.js";
import { attribute } from "./model-json.js";
import { arithmetic } from "./sizes.js";

type Step = (name: string, value: string) => string;

const type = { T: attribute.type("float32") };

/**
 * What turns pixels into what the net was trained on: the order of channels, logarithm, scale and mean.
 *
 * Channels are reversed by a 1x1 convolution of ones and zeros, with the mean as its bias where nothing comes between:
 * exact, and 16 times faster than ReverseV2 on WASM, 30 times in plain JS.
 *
 * @returns `name`
 */
export function preprocess(graph: Graph, name: string, value: string, operation: OperationOf<"preprocess">): string {
  const { reverse, log, scale, offset } = operation;
  const steps: Step[] = [];
  const isScaled = scale.some((factor) => factor !== 1);
  const isShifted = offset.some((term) => term !== 0);
  const inOne = reverse && !log && !isScaled && isShifted;
  if (reverse) steps.push((step, input) => reversed(graph, step, input, scale.length, inOne ? offset : null));
  if (log) steps.push((step, input) => graph.node(step, "Log", [input], type));
  if (isScaled) steps.push((step, input) => arithmetic(graph, step, "Mul", input, graph.floats(perChannel(scale))));
  if (isShifted && !inOne)
    steps.push((step, input) => arithmetic(graph, step, "AddV2", input, graph.floats(perChannel(offset))));
  if (steps.length === 0) return graph.node(name, "Identity", [value], type);
  return steps.reduce(
    (input, step, index) => step(index === steps.length - 1 ? name : graph.part(name, `step_${index + 1}`), input),
    value,
  );
}

function reversed(graph: Graph, name: string, value: string, channels: number, bias: readonly number[] | null): string {
  const filter = graph.permutation(Array.from({ length: channels }, (_, channel) => channels - 1 - channel));
  const shape = { kernel: [1, 1], stride: [1, 1], pad: [0, 0], dilation: [1, 1] } as const;
  if (bias === null) return graph.node(name, "Conv2D", [value, filter], convolutionAttributes(shape, null));
  const input = [value, filter, graph.floats(bias)];
  return graph.node(name, "_FusedConv2D", input, convolutionAttributes(shape, ["BiasAdd"]));
}

/** One number for all channels where they agree: a scalar is faster than a vector on every backend. */
function perChannel(values: readonly number[]): number | readonly number[] {
  const first = values[0] ?? 0;
  return values.every((value) => value === first) ? first : values;
}
