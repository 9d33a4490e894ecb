import type { Plan, Tensor } from "../model/plan.js";
import { WeightsError } from "./errors.js";
import type { Origin, PlanWeights } from "./plan-weights.js";
import { bits, normal, signed, stream } from "./random.js";
import type { TensorInfo } from "./source.js";

/** Element `index` of a tensor, in the order of its shape. */
type Generator = (index: number) => number;

/**
 * Every tensor of a plan as its initializer makes it. Random numbers come from a stream of each tensor's own, given by
 * the seed and its name: they are the same on every platform, in whatever order and parts they are read, and a change
 * to one layer leaves the others' as they were.
 */
export function initWeights(plan: Plan, seed = 0): PlanWeights {
  const generators = new Map<string, Generator>();
  const generatorOf = (tensor: Tensor): Generator => {
    let found = generators.get(tensor.name);
    if (found === undefined) generators.set(tensor.name, (found = generator(plan, tensor, seed)));
    return found;
  };
  const byName = new Map(plan.tensors.map((tensor) => [tensor.name, tensor]));
  const origin = (tensor: Tensor): Origin => (tensor.generated ? "generated" : "fresh");
  return {
    title: "init",
    tensors: new Map(plan.tensors.map((tensor) => [tensor.name, infoOf(tensor)])),
    origins: new Map(plan.tensors.map((tensor) => [tensor.name, origin(tensor)])),
    read(name, start, end, into) {
      const tensor = byName.get(name);
      if (tensor === undefined) return Promise.reject(new WeightsError(`the plan has no tensor \`${name}\``));
      const values = into === undefined ? new Float32Array(end - start) : into.subarray(0, end - start);
      const value = generatorOf(tensor);
      for (let index = start; index < end; index++) values[index - start] = value(index);
      return Promise.resolve(values);
    },
    close: () => Promise.resolve(),
  };
}

export const infoOf = ({ name, shape }: Tensor): TensorInfo => ({ name, shape, dtype: "F32" });

function generator(plan: Plan, tensor: Tensor, seed: number): Generator {
  const { init, fanIn } = tensor;
  const numbers = stream(seed, tensor.name);
  const uniform = (limit: number): Generator => {
    return (index) => limit * signed(bits(numbers, index));
  };
  switch (init.kind) {
    case "zero":
      return () => 0;
    case "constant":
      return () => init.value;
    case "gaussian":
      return (index) => init.std * normal(bits(numbers, index));
    case "xavier":
      return uniform(Math.sqrt(3 / fanIn));
    case "he":
      return uniform(Math.sqrt(6 / fanIn));
    case "bilinear":
      return bilinear(tensor.shape, groupsOf(plan, tensor));
  }
}

/**
 * Bilinear interpolation on the channel diagonal of [A, B, kh, kw], zero elsewhere. With groups, row `a` has as its own
 * channel the one of its place within its group.
 */
export function bilinear(shape: readonly number[], groups: number): Generator {
  const [rows = 1, columns = 1, height = 1, width = 1] = shape;
  const area = height * width;
  const perGroup = rows / groups;
  return (index) => {
    const place = index % area;
    const pair = (index - place) / area;
    const column = pair % columns;
    const row = (pair - column) / columns;
    if (row % perGroup !== column) return 0;
    const x = place % width;
    return tent((place - x) / width, height) * tent(x, width);
  };
}

/** 1 - |i - (k - 1) / 2| / ceil(k / 2) */
export const tent = (i: number, kernel: number): number => 1 - Math.abs(i - (kernel - 1) / 2) / Math.ceil(kernel / 2);

/** The groups of the operation that a tensor is the kernel of. */
export function groupsOf(plan: Plan, tensor: Tensor): number {
  for (const operation of plan.operations) {
    if (!("weight" in operation) || operation.weight !== tensor.name) continue;
    if (operation.op === "conv" || operation.op === "deconv") return operation.groups;
    if (operation.op === "upsample") return operation.channels / (tensor.shape[1] ?? operation.channels);
  }
  return 1;
}
