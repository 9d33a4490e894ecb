import type { Tensor, TensorFlow } from "./value.js";

/** The state of a graph that is run eagerly: one tensor for each variable, by the name of its handle's node. */
export class Variables {
  readonly #tensors = new Map<string, Tensor>();

  constructor(private readonly core: TensorFlow) {}

  /** It is the caller's: a variable that is assigned later leaves it as it is. */
  read(name: string): Tensor {
    return this.core.clone(this.held(name));
  }

  /** The variable's own tensor, as it is now. */
  held(name: string): Tensor {
    const tensor = this.#tensors.get(name);
    if (tensor === undefined) throw new RangeError(`${name} has no value yet`);
    return tensor;
  }

  assign(name: string, value: Tensor): void {
    this.#tensors.get(name)?.dispose();
    this.#tensors.set(name, this.core.keep(value));
  }

  dispose(): void {
    for (const tensor of this.#tensors.values()) tensor.dispose();
    this.#tensors.clear();
  }
}
