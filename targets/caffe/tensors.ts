import { field, message, type Field } from "../../src/caffe/message.js";
import type { Initializer, Plan, Tensor } from "../../src/model/plan.js";
import { parameters } from "./layer.js";

/** A plan's tensors by name, as layers of Caffe describe them: multiples of the rate, fillers. */
export class Tensors {
  readonly #tensors: ReadonlyMap<string, Tensor>;

  constructor(plan: Plan) {
    this.#tensors = new Map(plan.tensors.map((tensor) => [tensor.name, tensor]));
  }

  get(name: string): Tensor {
    const tensor = this.#tensors.get(name);
    if (tensor === undefined) throw new Error(`an operation takes the tensor ${name}, which the plan lacks`);
    return tensor;
  }

  /** `param { lr_mult: 1 decay_mult: 1 }` for each blob of a layer, or none where all are 1, Caffe's defaults. */
  params(names: readonly string[]): Field[] {
    const tensors = names.map((name) => this.get(name));
    if (tensors.every(({ rate, decay }) => rate === 1 && decay === 1)) return [];
    return tensors.map(({ rate, decay }) =>
      // Caffe's decay is a part of the gradient: with a rate of 0 it says nothing.
      parameters("param", { lr_mult: rate, decay_mult: rate === 0 && decay === 1 ? undefined : decay }),
    );
  }
}

/**
 * How Caffe makes fresh weights (filler.hpp); undefined for zeros, which it makes of itself. Its `msra` is a normal
 * distribution where `he` is a uniform one, of the same variance 2 / fan_in.
 */
export function filler(init: Initializer): ReturnType<typeof message> | undefined {
  switch (init.kind) {
    case "zero":
      return undefined;
    case "constant":
      return message([field("type", "constant"), field("value", init.value)]);
    case "gaussian":
      return message([field("type", "gaussian"), field("std", init.std)]);
    case "xavier":
      return message([field("type", "xavier")]);
    case "he":
      return message([field("type", "msra")]);
    case "bilinear":
      return message([field("type", "bilinear")]);
  }
}
