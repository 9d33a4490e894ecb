import type { Call, Kernel, Tensor, TensorFlow } from "../value.js";
import { typeOf } from "../attributes.js";

const one =
  (rule: (core: TensorFlow, value: Tensor) => Tensor): Kernel =>
  (call) =>
    rule(call.core, call.tensor(0));

const two =
  (rule: (core: TensorFlow, left: Tensor, right: Tensor) => Tensor): Kernel =>
  (call) =>
    rule(call.core, call.tensor(0), call.tensor(1));

/** Gradients that TensorFlow has as operations of the result `y`, written out. */
const reluGradient = two((core, dy, y) => core.mul(dy, core.step(y)));
const relu6Gradient = two((core, dy, y) => core.mul(dy, core.mul(core.step(y), core.step(core.sub(6, y)))));
/** Below zero elu is e^x - 1, whose slope is one more than it is. */
const eluGradient = two((core, dy, y) => core.mul(dy, core.add(core.minimum(y, 0), 1)));
const sigmoidGradient = two((core, y, dy) => core.mul(dy, core.mul(y, core.sub(1, y))));
const tanhGradient = two((core, y, dy) => core.mul(dy, core.sub(1, core.mul(y, y))));

const cast: Kernel = (call) =>
  call.core.cast(call.tensor(0), typeOf(call.node, "DstT") === "int32" ? "int32" : "float32");

/** Of maps of one shape. */
const select: Kernel = (call) => call.core.where(call.tensor(0), call.tensor(1), call.tensor(2));

const fill: Kernel = (call) => call.core.fill(call.numbers(0), call.numbers(1)[0] ?? 0, "float32");

/** Over the last axis. */
const softmax: Kernel = (call) => call.core.softmax(call.tensor(0));

const lastAxis = (call: Call): number => call.tensor(0).shape.length - 1;

const argMax: Kernel = (call) => {
  const [axis = -1] = call.numbers(1);
  return call.core.argMax(call.tensor(0), axis < 0 ? lastAxis(call) : axis);
};

export const ELEMENTWISE_KERNELS: Readonly<Record<string, Kernel>> = {
  Abs: one((core, value) => core.abs(value)),
  AddV2: two((core, left, right) => core.add(left, right)),
  ArgMax: argMax,
  Cast: cast,
  Elu: one((core, value) => core.elu(value)),
  EluGrad: eluGradient,
  Equal: two((core, left, right) => core.equal(left, right)),
  Fill: fill,
  GreaterEqual: two((core, left, right) => core.greaterEqual(left, right)),
  Identity: one((core, value) => core.clone(value)),
  Log: one((core, value) => core.log(value)),
  Maximum: two((core, left, right) => core.maximum(left, right)),
  Minimum: two((core, left, right) => core.minimum(left, right)),
  Mul: two((core, left, right) => core.mul(left, right)),
  Neg: one((core, value) => core.neg(value)),
  RealDiv: two((core, left, right) => core.div(left, right)),
  Relu: one((core, value) => core.relu(value)),
  Relu6: one((core, value) => core.relu6(value)),
  Relu6Grad: relu6Gradient,
  ReluGrad: reluGradient,
  SelectV2: select,
  Sigmoid: one((core, value) => core.sigmoid(value)),
  SigmoidGrad: sigmoidGradient,
  Snapshot: one((core, value) => core.clone(value)),
  Softmax: softmax,
  Sub: two((core, left, right) => core.sub(left, right)),
  Tanh: one((core, value) => core.tanh(value)),
  TanhGrad: tanhGradient,
  ZerosLike: one((core, value) => core.zerosLike(value)),
};
