import type { Tensor } from "../../src/model/plan.js";
import { element, FLOAT, nodeName, type NativeGraph } from "./graph.js";
import type { Optimizer } from "./recipe.js";
import { variable, type Variable } from "./variables.js";

/** What an optimizer keeps for a tensor, by what it is. */
export type Slots = Readonly<Record<string, Variable>>;

/** `momentum` is Caffe's history: what was subtracted last. Adam's moments are estimates of the mean and the square. */
const SLOTS = { sgd: ["momentum"], adam: ["first_moment", "second_moment"] } as const;

export function slotVariables(graph: NativeGraph, { kind }: Optimizer, tensor: Tensor): Slots {
  return Object.fromEntries(SLOTS[kind].map((slot) => [slot, variable(graph, `${tensor.name}/${slot}`, tensor)]));
}

/** float32 rate and int32 number of the step, scalars. */
export interface UpdateInputs {
  readonly rate: string;
  readonly step: string;
}

/** What is the same for all tensors of one update. */
export interface Update {
  /** A node that changes a weight and what is kept beside it, once `after` have run. */
  change(
    tensor: Tensor,
    weight: Variable,
    slots: Slots,
    read: string,
    gradient: string,
    after: readonly string[],
  ): string;
}

/**
 * SGD by Caffe's rule: history = momentum history + rate lr_mult (gradient + decay decay_mult weight), and the weight
 * loses it. TensorFlow's `ResourceApplyKerasMomentum` keeps -history; its plain momentum differs once the rate changes.
 *
 * Adam as Kingma and Ba (2015) write it at the end of section 2, and as Caffe and TensorFlow compute it: epsilon is added
 * to the root of the uncorrected second moment. Decay is part of the gradient, as in Caffe.
 */
export function updates(graph: NativeGraph, prefix: string, optimizer: Optimizer, inputs: UpdateInputs): Update {
  const powers = optimizer.kind === "adam" ? betaPowers(graph, prefix, optimizer, inputs.step) : null;
  return {
    change(tensor, weight, slots, read, gradient, after) {
      const name = `${prefix}/${tensor.name}`;
      const decayed = withDecay(graph, name, optimizer.decay * tensor.decay, read, gradient);
      const rate = tensor.rate === 1 ? inputs.rate : scaled(graph, `${name}/rate`, inputs.rate, tensor.rate);
      const controls = [...new Set(after.map(nodeName))].map((node) => `^${node}`);
      const handles = Object.values(slots).map(({ handle }) => handle);
      if (optimizer.kind === "sgd")
        return graph.node(
          name,
          "ResourceApplyKerasMomentum",
          [weight.handle, ...handles, rate, decayed, graph.float(optimizer.momentum), ...controls],
          { T: FLOAT },
        );
      const { beta1, beta2, epsilon } = optimizer;
      const numbers = [rate, graph.float(beta1), graph.float(beta2), graph.float(epsilon)];
      return graph.node(
        name,
        "ResourceApplyAdam",
        [weight.handle, ...handles, ...(powers ?? []), ...numbers, decayed, ...controls],
        { T: FLOAT },
      );
    },
  };
}

/** beta1^t and beta2^t of step t, counted from 1. */
function betaPowers(
  graph: NativeGraph,
  prefix: string,
  { beta1, beta2 }: Extract<Optimizer, { kind: "adam" }>,
  step: string,
): string[] {
  const next = graph.typed(`${prefix}/next`, "AddV2", [step, graph.integers(1)], element("int32"));
  const exponent = graph.cast(`${prefix}/exponent`, next, "int32", "float32");
  return [beta1, beta2].map((beta, index) =>
    graph.typed(`${prefix}/beta${index + 1}_power`, "Pow", [graph.float(beta), exponent]),
  );
}

function withDecay(graph: NativeGraph, name: string, decay: number, weight: string, gradient: string): string {
  if (decay === 0) return gradient;
  return graph.typed(`${name}/decayed`, "AddV2", [gradient, scaled(graph, `${name}/decay`, weight, decay)]);
}

const scaled = (graph: NativeGraph, name: string, value: string, factor: number): string =>
  graph.typed(name, "Mul", [value, graph.float(factor)]);
