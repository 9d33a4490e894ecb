import type { Call, HostValue, Tensor } from "./value.js";
import type { Variables } from "./variables.js";

/** An operation on variables, named by its handles in order; its other inputs are the call's values. */
export type StateKernel = (call: Call, variables: Variables, handles: readonly string[]) => Tensor | null;

const read: StateKernel = (_, variables, [name = ""]) => variables.read(name);

const assign: StateKernel = (call, variables, [name = ""]) => {
  variables.assign(name, call.core.clone(call.tensor(0)));
  return null;
};

const assignAdd: StateKernel = (call, variables, [name = ""]) => {
  variables.assign(name, call.core.add(variables.held(name), call.tensor(0)));
  return null;
};

/** TensorFlow's rule with the sign that Keras has: what is kept is momentum times itself minus rate times gradient. */
const momentum: StateKernel = (call, variables, [weight = "", kept = ""]) => {
  const { core } = call;
  const [rate, gradient, share] = [call.tensor(0), call.tensor(1), call.tensor(2)];
  const next = core.sub(core.mul(variables.held(kept), share), core.mul(gradient, rate));
  variables.assign(weight, core.add(variables.held(weight), next));
  variables.assign(kept, next);
  return null;
};

/** Its values are both betas to the power of the step, rate, betas, epsilon and gradient. */
const adam: StateKernel = (call, variables, [weight = "", first = "", second = ""]) => {
  const { core } = call;
  const [power1 = 0, power2 = 0, rate = 0, beta1 = 0, beta2 = 0, epsilon = 0] = [0, 1, 2, 3, 4, 5].map(
    (position) => (call.value(position) as HostValue).values[0] ?? 0,
  );
  const gradient = call.tensor(6);
  const toward = (name: string, value: Tensor, beta: number): Tensor => {
    const held = variables.held(name);
    return core.add(held, core.mul(core.sub(value, held), 1 - beta));
  };
  const mean = toward(first, gradient, beta1);
  const square = toward(second, core.mul(gradient, gradient), beta2);
  const step = (rate * Math.sqrt(1 - power2)) / (1 - power1);
  const change = core.div(core.mul(mean, step), core.add(core.sqrt(square), epsilon));
  variables.assign(weight, core.sub(variables.held(weight), change));
  variables.assign(first, mean);
  variables.assign(second, square);
  return null;
};

export const STATE_KERNELS: Readonly<Record<string, StateKernel>> = {
  ReadVariableOp: read,
  AssignVariableOp: assign,
  AssignAddVariableOp: assignAdd,
  ResourceApplyAdam: adam,
  ResourceApplyKerasMomentum: momentum,
};
