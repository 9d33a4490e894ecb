import type { Operation, Plan, PlanInput, Tensor } from "../../src/model/plan.js";

/** `Omit` over each member of a union. */
type Without<Union, Keys extends PropertyKey> = Union extends unknown ? Omit<Union, Keys> : never;
/** An operation without what the builder knows: inputs follow one another unless they are named. */
export type Step = Without<Operation, "layer" | "file" | "line" | "name" | "inputs" | "channels">;

/**
 * Plans written by hand, for tests. Each call adds an operation on the last one, or on those that are named.
 *
 *     new PlanBuilder().input(3).add("conv1", 8, conv(3, { pad: 1 })).add("relu1", 8, relu).output("relu1")
 */
export class PlanBuilder {
  readonly #operations: Operation[] = [];
  readonly #tensors: Tensor[] = [];
  readonly #inputs: PlanInput[] = [];
  readonly #outputs: string[] = [];

  input(channels: number, name = "data"): this {
    this.#inputs.push({ name, format: "raw", height: "H", width: "W", channels });
    this.#operations.push({ op: "input", name, layer: name, inputs: [], channels, file: "test.fcn", line: 1 });
    return this;
  }

  add(name: string, channels: number, step: Step, inputs?: readonly string[]): this {
    const last = this.#operations.at(-1)?.name ?? "";
    const operation = {
      ...step,
      name,
      layer: name,
      inputs: inputs ?? [last],
      channels,
      file: "test.fcn",
      line: this.#operations.length + 1,
    } as Operation;
    this.#operations.push(operation);
    return this;
  }

  /** A convolution with its tensors. */
  conv(name: string, channels: number, kernel: number, options: Partial<ConvOptions> = {}, inputs?: string[]): this {
    const settings = { ...DEFAULTS, ...options };
    const before = this.#channelsOf(inputs?.[0]);
    const shape = [channels, before / settings.groups, ...pair(settings.kernel ?? kernel)];
    this.tensor(`${name}.weight`, "conv", shape);
    if (settings.bias) this.tensor(`${name}.bias`, "vector", [channels]);
    return this.add(name, channels, { op: "conv", ...this.#window(name, kernel, settings) }, inputs);
  }

  deconv(name: string, channels: number, kernel: number, options: Partial<ConvOptions> = {}, inputs?: string[]): this {
    const settings = { ...DEFAULTS, ...options };
    const before = this.#channelsOf(inputs?.[0]);
    const shape = [before, channels / settings.groups, ...pair(settings.kernel ?? kernel)];
    this.tensor(`${name}.weight`, "deconv", shape);
    if (settings.bias) this.tensor(`${name}.bias`, "vector", [channels]);
    return this.add(name, channels, { op: "deconv", ...this.#window(name, kernel, settings) }, inputs);
  }

  upsample(
    name: string,
    kernel: number | Pair,
    stride: number | Pair,
    pad: number | Pair = 0,
    inputs?: string[],
  ): this {
    const channels = this.#channelsOf(inputs?.[0]);
    this.tensor(`${name}.weight`, "deconv", [channels, channels, ...pair(kernel)], {
      init: { kind: "bilinear" },
      generated: true,
      trainable: false,
    });
    const step = { op: "upsample", weight: `${name}.weight` } as const;
    return this.add(name, channels, { ...step, kernel: pair(kernel), stride: pair(stride), pad: pair(pad) }, inputs);
  }

  scale(name: string, bias: boolean): this {
    const channels = this.#channelsOf(undefined);
    this.tensor(`${name}.weight`, "vector", [channels]);
    if (bias) this.tensor(`${name}.bias`, "vector", [channels]);
    return this.add(name, channels, { op: "scale", weight: `${name}.weight`, bias: bias ? `${name}.bias` : null });
  }

  tensor(name: string, role: Tensor["role"], shape: readonly number[], rest: Partial<Tensor> = {}): this {
    this.#tensors.push({
      name,
      layer: name.slice(0, name.lastIndexOf(".")),
      role,
      shape,
      denseShape: null,
      fanIn: shape.slice(1).reduce((product, size) => product * size, 1),
      init: { kind: "gaussian", std: 0.3 },
      generated: false,
      trainable: true,
      rate: 1,
      decay: 1,
      ...rest,
    });
    return this;
  }

  output(...names: string[]): this {
    this.#outputs.push(...names);
    return this;
  }

  plan(): Plan {
    const outputs = this.#outputs.length > 0 ? this.#outputs : [this.#operations.at(-1)?.name ?? ""];
    return {
      format: "fcnc-plan",
      version: 1,
      net: "test",
      file: "test.fcn",
      digest: "sha256:0",
      inputs: this.#inputs,
      outputs: outputs.map((name) => ({
        name,
        value: name,
        classes: this.#channelsOf(name),
        labels: null,
        ignore: null,
      })),
      validFor: {},
      layers: [],
      crops: [],
      tensors: this.#tensors,
      operations: this.#operations,
      train: null,
      targets: {},
    };
  }

  #channelsOf(name: string | undefined): number {
    const operation = name === undefined ? this.#operations.at(-1) : this.#operations.find((one) => one.name === name);
    if (operation === undefined) throw new Error(`no operation ${name}`);
    return operation.channels;
  }

  #window(name: string, kernel: number, settings: ConvOptions) {
    return {
      weight: `${name}.weight`,
      bias: settings.bias ? `${name}.bias` : null,
      kernel: pair(settings.kernel ?? kernel),
      stride: pair(settings.stride),
      pad: pair(settings.pad),
      dilation: pair(settings.dilation),
      groups: settings.groups,
    };
  }
}

type Pair = readonly [number, number];

interface ConvOptions {
  readonly kernel?: Pair;
  readonly stride: number | Pair;
  readonly pad: number | Pair;
  readonly dilation: number | Pair;
  readonly groups: number;
  readonly bias: boolean;
}

const DEFAULTS: ConvOptions = { stride: 1, pad: 0, dilation: 1, groups: 1, bias: true };

const pair = (value: number | Pair): Pair => (typeof value === "number" ? [value, value] : value);

export const relu: Step = { op: "activation", function: "relu" };

export function pool(
  method: "max" | "average",
  kernel: number | Pair,
  stride: number | Pair,
  rest: PoolRest = {},
): Step {
  const { pad = 0, rounding = "ceil" } = rest;
  return { op: "pool", method, kernel: pair(kernel), stride: pair(stride), pad: pair(pad), rounding };
}

interface PoolRest {
  readonly pad?: number | Pair;
  readonly rounding?: "ceil" | "floor";
}
