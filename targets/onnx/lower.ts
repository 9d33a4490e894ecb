import type { Operation, OperationOf, Plan, PlanInput, PlanLayer, PlanOutput } from "../../src/model/plan.js";
import { inputOf, operandsOf, type Operands } from "../operands.js";
import { findFusions } from "../web/fusion.js";
import { convolution, learnedUpsample } from "./convolution.js";
import { Graph } from "./graph.js";
import { padOperation } from "./padding.js";
import {
  activation,
  batchNorm,
  identity,
  leaky,
  localResponse,
  prelu,
  preprocess,
  product,
  scale,
  softmax,
  sum,
} from "./pointwise.js";
import { globalPool, pooling } from "./pooling.js";
import { attribute, TYPES, type Dimension, type ElementType, type ValueInfo } from "./proto.js";
import { resize } from "./resize.js";
import { extent } from "./sizes.js";
import { upsample } from "./upsample.js";

/** An output of the net, and the values of the graph that it is. */
export interface Head {
  readonly output: PlanOutput;
  /** float32 [1, classes, H, W] */
  readonly scores: string;
  /** Class indices [1, H, W], the lowest of the best: uint8, or int32 for more than 256 classes. */
  readonly mask: string;
}

export interface LoweredPlan {
  readonly graph: Graph;
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
  readonly heads: readonly Head[];
}

/**
 * The plan as nodes of ONNX (opset 17), for every input size. Maps are NCHW with N = 1. Values of operations bear the
 * operations' names; an upsampling and the crop after it are one, under the crop's name.
 *
 * @param learned names of `upsample` operations whose kernel is not the bilinear one: these run as deconvolutions
 */
export function lower(plan: Plan, learned: ReadonlySet<string>): LoweredPlan {
  const graph = new Graph(
    [...plan.operations, ...plan.outputs].map(({ name }) => name),
    plan.tensors.map(({ name }) => name),
  );
  const operands = operandsOf(plan);
  const { crops } = findFusions(plan, ({ name }) => !learned.has(name));
  const folded = new Set(crops.values());
  for (const operation of plan.operations)
    if (operation.op !== "input" && !folded.has(operation.name))
      lowerOperation(graph, operands, crops, learned, operation);

  const named = new Map(plan.inputs.map((input) => [input.name, input]));
  const inputs = plan.operations.flatMap((operation): ValueInfo[] => {
    const input = named.get(operation.layer);
    return operation.op === "input" && input ? [inputInfo(operation, input)] : [];
  });
  const heads = addHeads(graph, plan);
  const outputs = heads.flatMap((head) => outputInfos(plan, head));
  return { graph, inputs, outputs, heads };
}

function lowerOperation(
  graph: Graph,
  operands: Operands,
  crops: ReadonlyMap<string, string>,
  learned: ReadonlySet<string>,
  operation: Exclude<Operation, OperationOf<"input">>,
): string {
  const { name } = operation;
  const value = inputOf(operation, 0);
  switch (operation.op) {
    case "preprocess":
      return preprocess(graph, name, value, operation);
    case "pad":
      return padOperation(graph, name, value, operation);
    case "conv":
    case "deconv":
      return convolution(graph, operands, value, operation);
    case "upsample":
      return learned.has(name)
        ? learnedUpsample(graph, operands, value, operation)
        : upsample(graph, name, value, operation, null);
    case "pool":
      return pooling(graph, name, value, operation);
    case "globalpool":
      return globalPool(graph, name, value, operation.method);
    case "resize":
      return resize(graph, name, value, operation, operation.factor === null ? inputOf(operation, 1) : null);
    case "crop": {
      const reference = inputOf(operation, 1);
      const whole = operands.operations.get(crops.get(name) ?? "");
      if (whole?.op === "upsample")
        return upsample(graph, name, inputOf(whole, 0), whole, { offset: operation.offset, reference });
      return crop(graph, value, operation, reference);
    }
    case "sum":
      return sum(graph, name, operation.inputs, operation.coefficients);
    case "product":
      return product(graph, name, operation.inputs);
    case "concat":
      return graph.node(name, "Concat", operation.inputs, { axis: attribute.integer(1) });
    case "activation":
      return activation(graph, name, value, operation.function);
    case "leaky":
      return leaky(graph, name, value, operation);
    case "prelu":
      return prelu(graph, name, value, operation);
    case "dropout":
      return identity(graph, name, value);
    case "scale":
      return scale(graph, name, value, operation);
    case "batchnorm":
      return batchNorm(graph, name, value, operation);
    case "lrn":
      return localResponse(graph, name, value, operation);
    case "softmax":
      return softmax(graph, name, value);
  }
}

function crop(graph: Graph, value: string, { name, offset }: OperationOf<"crop">, reference: string): string {
  const start = graph.integers(offset);
  const end = graph.node(graph.part(name, "end"), "Add", [extent(graph, name, reference), start]);
  return graph.node(name, "Slice", [value, start, end, graph.integers([2, 3])]);
}

/** Adds argmax over the classes to each output, and the output's own name where its value has another. */
function addHeads(graph: Graph, plan: Plan): Head[] {
  const taken = new Set(plan.operations.map(({ name }) => name));
  const single = plan.outputs.length === 1 && !taken.has("mask") && plan.outputs[0]?.name !== "mask";
  return plan.outputs.map((output) => {
    const scores = scoresOf(plan, output);
    if (scores !== output.value) identity(graph, scores, output.value);
    const best = graph.node(graph.part(output.name, "best"), "ArgMax", [output.value], {
      axis: attribute.integer(1),
      keepdims: attribute.integer(0),
    });
    const mask = graph.node(single ? "mask" : graph.part(output.name, "mask"), "Cast", [best], {
      to: attribute.integer(TYPES[maskType(output)]),
    });
    return { output, scores, mask };
  });
}

/** The value that has an output's scores: of the output's name, unless a layer has that. */
export function scoresOf({ operations }: Pick<Plan, "operations">, { name, value }: PlanOutput): string {
  return operations.some((operation) => operation.name === name) ? value : name;
}

const maskType = ({ classes }: PlanOutput): ElementType => (classes > 256 ? "int32" : "uint8");

function inputInfo({ name, channels }: Operation, { height, width }: PlanInput): ValueInfo {
  return { name, type: "float32", shape: [1, channels, height, width] };
}

function outputInfos(plan: Plan, { output, scores, mask }: Head): ValueInfo[] {
  const layer = plan.layers.find(({ name }) => name === output.value);
  const size = [sizeOf(layer, "height", output), sizeOf(layer, "width", output)];
  return [
    { name: scores, type: "float32", shape: [1, output.classes, ...size] },
    { name: mask, type: maskType(output), shape: [1, ...size] },
  ];
}

/** As large as the input, a fixed number, or by a name that says whose size it is. */
function sizeOf(layer: PlanLayer | undefined, side: "height" | "width", { name }: PlanOutput): Dimension {
  const formula = layer?.[`${side}Formula`] ?? "";
  if (/^\d+$/.test(formula)) return Number(formula);
  return /^[A-Za-z]\w*$/.test(formula) ? formula : `${name}_${side}`;
}
