import type { Operation, OperationOf, Plan, PlanInput } from "../../src/model/plan.js";
import { inputOf, operandsOf, type Operands } from "../operands.js";
import { findFusions } from "../web/fusion.js";
import { convolution, learnedUpsample } from "./convolution.js";
import { Graph } from "./graph.js";
import { addHeads, outputInfos, pixelsOf, type Head } from "./heads.js";
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
import { convolutionAsProduct } from "./product.js";
import { attribute, type ValueInfo } from "./proto.js";
import { resize } from "./resize.js";
import { extent } from "./sizes.js";
import { upsample, upsamplePixels } from "./upsample.js";
import { winogradConvolution } from "./winograd.js";

export interface LoweredPlan {
  readonly graph: Graph;
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
  readonly heads: readonly Head[];
}

/** In which form a plan is lowered; as others write it, unless told. */
export interface LoweredForm {
  /** Convolutions of which four rows are computed at once: see `winogradConvolutions`. */
  readonly winograd?: ReadonlySet<string>;
  /** Of the others, convolutions that are written as products: see `coarseConvolutions`. */
  readonly products?: ReadonlySet<string>;
  /** Whether scores are given pixel by pixel, in place of class by class. */
  readonly pixels?: boolean;
}

/**
 * The plan as nodes of ONNX (opset 17), for every input size. Maps are NCHW with N = 1. Values of operations bear the
 * operations' names; an upsampling and the crop after it are one, under the crop's name.
 *
 * @param learned names of `upsample` operations whose kernel is not the bilinear one: these run as deconvolutions
 */
export function lower(
  plan: Plan,
  learned: ReadonlySet<string>,
  { winograd = new Set(), products = new Set(), pixels = false }: LoweredForm = {},
): LoweredPlan {
  const graph = new Graph(
    [...plan.operations, ...plan.outputs, ...plan.outputs.map((output) => ({ name: pixelsOf(plan, output) }))].map(
      ({ name }) => name,
    ),
    plan.tensors.map(({ name }) => name),
  );
  const operands = operandsOf(plan);
  const { crops, activations } = findFusions(plan, ({ name }) => !learned.has(name));
  // ONNX Runtime fuses an activation with a node before it, and the last of these convolutions' nodes are none of sums.
  const fused = new Map([...activations].filter(([, name]) => winograd.has(name)));
  const ends = pixels ? upsamplingEnds(plan, crops, learned) : new Set<string>();
  const without = new Set([...crops.values(), ...fused.values(), ...ends]);
  for (const operation of plan.operations)
    if (operation.op !== "input" && !without.has(operation.name))
      lowerOperation(graph, operands, { crops, fused, learned, winograd, products }, operation);

  const named = new Map(plan.inputs.map((input) => [input.name, input]));
  const inputs = plan.operations.flatMap((operation): ValueInfo[] => {
    const input = named.get(operation.layer);
    return operation.op === "input" && input ? [inputInfo(operation, input)] : [];
  });
  const upsampled = (name: string, value: string): boolean => {
    if (ends.has(value)) upsampleAt(graph, operands, crops, value, name);
    return ends.has(value);
  };
  const heads = addHeads(graph, plan, pixels ? upsampled : null);
  const outputs = heads.flatMap((head) => outputInfos(plan, head, pixels));
  return { graph, inputs, outputs, heads };
}

/** Upsamplings, or the crops that are folded into them, that are an output's scores and nothing else. */
function upsamplingEnds(
  { operations, outputs }: Plan,
  crops: ReadonlyMap<string, string>,
  learned: ReadonlySet<string>,
): ReadonlySet<string> {
  const used = new Set(operations.flatMap(({ inputs }) => inputs));
  const ends = operations.filter(({ name, op }) => {
    const isUpsampling =
      op === "upsample" ? !learned.has(name) && ![...crops.values()].includes(name) : crops.has(name);
    return isUpsampling && !used.has(name) && outputs.filter(({ value }) => value === name).length === 1;
  });
  return new Set(ends.map(({ name }) => name));
}

/** One of them pixel by pixel, under this name. */
function upsampleAt(
  graph: Graph,
  { operations }: Operands,
  crops: ReadonlyMap<string, string>,
  value: string,
  name: string,
): void {
  const end = operations.get(value);
  const whole = operations.get(crops.get(value) ?? value);
  if (whole?.op !== "upsample") throw new Error(`${value} is no upsampling`);
  const window = end?.op === "crop" ? { offset: end.offset, reference: inputOf(end, 1) } : null;
  upsamplePixels(graph, name, inputOf(whole, 0), whole, window);
}

interface Forms {
  readonly crops: ReadonlyMap<string, string>;
  readonly fused: ReadonlyMap<string, string>;
  readonly learned: ReadonlySet<string>;
  readonly winograd: ReadonlySet<string>;
  readonly products: ReadonlySet<string>;
}

function lowerOperation(
  graph: Graph,
  operands: Operands,
  { crops, fused, learned, winograd, products }: Forms,
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
      if (winograd.has(name)) return winogradConvolution(graph, operands, value, operation);
      return products.has(name)
        ? convolutionAsProduct(graph, operands, value, operation)
        : convolution(graph, operands, value, operation);
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
    case "activation": {
      const whole = operands.operations.get(fused.get(name) ?? "");
      return whole?.op === "conv"
        ? winogradConvolution(graph, operands, inputOf(whole, 0), whole, name, operation.function)
        : activation(graph, name, value, operation.function);
    }
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

function inputInfo({ name, channels }: Operation, { height, width }: PlanInput): ValueInfo {
  return { name, type: "float32", shape: [1, channels, height, width] };
}
