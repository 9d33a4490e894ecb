import type { Operation, OperationOf, Plan, PlanInput } from "../../src/model/plan.js";
import { concat } from "./channels.js";
import { convolution } from "./convolution.js";
import { crop } from "./crop.js";
import { deconvolution } from "./deconvolution.js";
import { activationOf, findFusions, type Fusions } from "./fusion.js";
import { Graph } from "./graph.js";
import { addHeads, type Head } from "./heads.js";
import { inputOf, tensorOf } from "../operands.js";
import { lowering, type Batch, type Lowering } from "./lowering.js";
import { attribute } from "./model-json.js";
import { padOperation } from "./padding.js";
import {
  activation,
  batchNorm,
  identity,
  leaky,
  localResponse,
  prelu,
  product,
  scale,
  softmax,
  sum,
} from "./pointwise.js";
import { preprocess } from "./preprocessing.js";
import { globalPool, pooling } from "./pooling.js";
import { resize } from "./resize.js";
import { sizeLike } from "./sizes.js";
import { upsample } from "./upsample.js";

export interface LoweredPlan {
  readonly graph: Graph;
  readonly heads: readonly Head[];
}

/**
 * The plan as nodes of TensorFlow, for every input size. Each operation of the plan is a value of the same name in the
 * graph, also those that are fused with the next one (see `fusion.ts`); parts are `<operation>/<part>`.
 *
 * @param learned names of `upsample` operations whose kernel is not the bilinear one: these run dense
 * @param batch images at a time: one, as in a page, or any number
 */
export function lower(plan: Plan, learned: ReadonlySet<string>, batch: Batch = "one"): LoweredPlan {
  const graph = new Graph(plan.operations.map((operation) => operation.name));
  const context = lowering(plan, graph, batch);
  const fusions = findFusions(plan, (operation) => !learned.has(operation.name));
  const inputs = new Map(plan.inputs.map((input) => [input.name, input]));
  for (const operation of plan.operations) lowerOperation(context, fusions, inputs, learned, operation);
  return { graph, heads: addHeads(graph, plan) };
}

function lowerOperation(
  context: Lowering,
  fusions: Fusions,
  inputs: ReadonlyMap<string, PlanInput>,
  learned: ReadonlySet<string>,
  operation: Operation,
): string {
  const { graph } = context;
  const { name } = operation;
  if (operation.op === "input") return placeholder(context, operation, inputs.get(operation.layer));
  const value = inputOf(operation, 0);

  switch (operation.op) {
    case "preprocess":
      return preprocess(graph, name, value, operation);
    case "pad":
      return padOperation(graph, name, value, operation);
    case "conv":
      return convolution(context, name, value, operation, null);
    case "deconv":
      return deconvolution(context, name, value, tensorOf(context, operation, operation.weight), operation);
    case "upsample":
      return learned.has(name)
        ? deconvolution(context, name, value, tensorOf(context, operation, operation.weight), dense(context, operation))
        : upsample(context, name, value, operation.channels, operation, null);
    case "pool":
      return pooling(graph, name, value, operation);
    case "globalpool":
      return globalPool(graph, name, value, operation.method);
    case "resize":
      return resize(graph, name, value, operation, operation.factor === null ? inputOf(operation, 1) : null);
    case "crop": {
      const reference = inputOf(operation, 1);
      const whole = fused(context, fusions.crops, operation, "upsample");
      if (whole === null)
        return crop(graph, name, value, operation.offset, sizeLike(graph, name, reference, operation.channels));
      const window = { offset: operation.offset, reference };
      return upsample(context, name, inputOf(whole, 0), whole.channels, whole, window);
    }
    case "sum":
      return sum(graph, name, operation.inputs, operation.coefficients);
    case "product":
      return product(graph, name, operation.inputs);
    case "concat":
      return operation.inputs.length === 1 ? identity(graph, name, value) : concat(graph, name, operation.inputs);
    case "activation": {
      const whole = fused(context, fusions.activations, operation, "conv");
      if (whole === null) return activation(graph, name, value, operation.function);
      return convolution(context, name, inputOf(whole, 0), whole, activationOf(operation));
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

/** The operation that this one is fused with, if any. */
function fused<Op extends "conv" | "upsample">(
  context: Lowering,
  fusions: ReadonlyMap<string, string>,
  operation: Operation,
  op: Op,
): OperationOf<Op> | null {
  const first = context.operations.get(fusions.get(operation.name) ?? "");
  return first?.op === op ? (first as OperationOf<Op>) : null;
}

/** An `upsample` whose blob, [C, C / groups, kh, kw], holds something else than bilinear weights. */
function dense(context: Lowering, operation: OperationOf<"upsample">) {
  const outputs = tensorOf(context, operation, operation.weight).shape[1] ?? operation.channels;
  return { ...operation, bias: null, dilation: [1, 1] as const, groups: operation.channels / outputs };
}

function placeholder(
  { graph, batch }: Lowering,
  operation: OperationOf<"input">,
  input: PlanInput | undefined,
): string {
  const size = (extent: string | number | undefined) => (typeof extent === "number" ? extent : -1);
  return graph.node(operation.name, "Placeholder", [], {
    dtype: attribute.type("float32"),
    shape: attribute.shape([batch === "one" ? 1 : -1, size(input?.height), size(input?.width), operation.channels]),
  });
}
