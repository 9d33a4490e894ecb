/** Plans of single primitives as something to train. */
import type { Operation, Plan, PlanSettings } from "../../src/model/plan.js";

const RECIPE: PlanSettings = {
  loss: { call: "softmax", arguments: { reduce: "mean" } },
  optimizer: { call: "sgd", arguments: { momentum: 0 } },
};

/** A recipe for the plan, and a 1x1 convolution before all else: the gradient has to come back through everything. */
export function trained(plan: Plan): Plan {
  const leads = plan.inputs.map(({ name, channels }) => ({ name, lead: `lead_${name}`, channels }));
  const tensors = leads.flatMap(({ lead, channels }) => [
    { role: "conv" as const, name: `${lead}.weight`, shape: [channels, channels, 1, 1], fanIn: channels },
    { role: "vector" as const, name: `${lead}.bias`, shape: [channels], fanIn: 1 },
  ]);
  const rest = { denseShape: null, init: { kind: "gaussian", std: 0.5 }, generated: false, trainable: true } as const;
  const renamed = new Map(leads.map(({ name, lead }) => [name, lead]));
  const operations = plan.operations.flatMap((operation): Operation[] => {
    if (operation.op !== "input")
      return [{ ...operation, inputs: operation.inputs.map((name) => renamed.get(name) ?? name) }];
    const lead = `lead_${operation.name}`;
    const one = [1, 1] as const;
    const window = { kernel: one, stride: one, pad: [0, 0] as const, dilation: one, groups: 1 };
    const conv = { op: "conv", weight: `${lead}.weight`, bias: `${lead}.bias`, ...window } as const;
    return [operation, { ...operation, ...conv, name: lead, layer: lead, inputs: [operation.name] }];
  });
  const added = tensors.map((tensor) => ({
    ...tensor,
    ...rest,
    layer: tensor.name.slice(0, tensor.name.lastIndexOf(".")),
    rate: 1,
    decay: 1,
  }));
  return { ...plan, operations, tensors: [...added, ...plan.tensors], train: RECIPE };
}
