import type { GradientRule, Step } from "../backward.js";
import { INT } from "../graph.js";

/** An activation whose gradient TensorFlow has as an operation of the result: no input need be kept for it. */
const ofResult =
  (op: string, order: "gradient first" | "result first"): GradientRule =>
  ({ graph, node, gradient, part }) => {
    const output = gradient();
    if (output === null) return [];
    const inputs = order === "gradient first" ? [output, node.name] : [node.name, output];
    return [graph.typed(part("input"), op, inputs)];
  };

const identity: GradientRule = ({ gradient }) => [gradient()];

const negative: GradientRule = ({ graph, gradient, part }) => {
  const output = gradient();
  return output === null ? [] : [graph.typed(part("input"), "Neg", [output])];
};

/** Brings gradients of two operands, which may have been stretched over one another, back to their own shapes. */
function reduced(step: Step, left: (() => string) | null, right: (() => string) | null): (string | null)[] {
  const { graph, part, input } = step;
  const shapes = [0, 1].map((position) => graph.shapeOf(input(position), part(`shape_${position}`)));
  const axes = graph.typed(part("stretched"), "BroadcastGradientArgs", shapes, INT);
  return [left, right].map((gradient, position) => {
    if (gradient === null) return null;
    const summed = graph.sum(part(`summed_${position}`), gradient(), position === 0 ? axes : `${axes}:1`);
    return graph.reshape(part(`operand_${position}`), summed, shapes[position] as string);
  });
}

const addition =
  (sign: 1 | -1): GradientRule =>
  (step) => {
    const output = step.gradient();
    if (output === null) return [];
    const right = () => (sign === 1 ? output : step.graph.typed(step.part("negative"), "Neg", [output]));
    return reduced(step, step.needs(0) ? () => output : null, step.needs(1) ? right : null);
  };

const product: GradientRule = (step) => {
  const output = step.gradient();
  if (output === null) return [];
  const by = (position: 0 | 1) =>
    step.needs(position)
      ? () => step.graph.typed(step.part(`product_${position}`), "Mul", [output, step.input(1 - position)])
      : null;
  return reduced(step, by(0), by(1));
};

/** By a number that is not trained, as means of windows are. */
const quotient: GradientRule = (step) => {
  const output = step.gradient();
  if (output === null) return [];
  return [step.graph.typed(step.part("quotient"), "RealDiv", [output, step.input(1)]), null];
};

/** Of two maps of one shape: all goes to the larger, and to the first where they are equal. */
const maximum: GradientRule = ({ graph, input, gradient, part }) => {
  const output = gradient();
  if (output === null) return [];
  const larger = graph.typed(part("larger"), "GreaterEqual", [input(0), input(1)]);
  const zeros = graph.typed(part("zeros"), "ZerosLike", [output]);
  const choice = (name: string, values: readonly string[]) => graph.typed(part(name), "SelectV2", [larger, ...values]);
  return [choice("first", [output, zeros]), choice("second", [zeros, output])];
};

/** (gradient - sum over channels of gradient * result) * result */
const softmax: GradientRule = ({ graph, node, gradient, part }) => {
  const output = gradient();
  if (output === null) return [];
  const weighted = graph.typed(part("weighted"), "Mul", [output, node.name]);
  const total = graph.sum(part("total"), weighted, graph.integers([-1]), true);
  const difference = graph.typed(part("difference"), "Sub", [output, total]);
  return [graph.typed(part("input"), "Mul", [difference, node.name])];
};

export const ELEMENTWISE_GRADIENTS = {
  Relu: ofResult("ReluGrad", "gradient first"),
  Relu6: ofResult("Relu6Grad", "gradient first"),
  Elu: ofResult("EluGrad", "gradient first"),
  Sigmoid: ofResult("SigmoidGrad", "result first"),
  Tanh: ofResult("TanhGrad", "result first"),
  Identity: identity,
  Neg: negative,
  AddV2: addition(1),
  Sub: addition(-1),
  Mul: product,
  RealDiv: quotient,
  Maximum: maximum,
  Softmax: softmax,
} satisfies Readonly<Record<string, GradientRule>>;
