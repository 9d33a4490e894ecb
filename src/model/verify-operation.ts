/** What one operation demands of its inputs, settings and tensors. Part of `verify`. */
import type { Operation, Pair, Tensor } from "./plan.js";
import { extentOf } from "./transfer.js";

/** An operation among those that it takes. */
export interface OperationContext {
  /** In the order of its inputs. */
  readonly inputs: readonly Operation[];
  readonly tensors: ReadonlyMap<string, Tensor>;
}

type Demand = readonly [holds: boolean, problem: string];

/** How many values each operation takes: exactly so many, or at least so many. */
const arity: Readonly<Record<Operation["op"], { readonly exactly: number } | { readonly least: number }>> = {
  input: { exactly: 0 },
  preprocess: { exactly: 1 },
  pad: { exactly: 1 },
  conv: { exactly: 1 },
  deconv: { exactly: 1 },
  upsample: { exactly: 1 },
  pool: { exactly: 1 },
  globalpool: { exactly: 1 },
  resize: { least: 1 },
  crop: { exactly: 2 },
  sum: { least: 2 },
  product: { least: 2 },
  concat: { least: 2 },
  activation: { exactly: 1 },
  leaky: { exactly: 1 },
  prelu: { exactly: 1 },
  dropout: { exactly: 1 },
  scale: { exactly: 1 },
  batchnorm: { exactly: 1 },
  lrn: { exactly: 1 },
  softmax: { exactly: 1 },
};

export function operationProblems(operation: Operation, context: OperationContext): string[] {
  const count = operation.inputs.length;
  const wanted = arity[operation.op];
  const fits = "exactly" in wanted ? count === wanted.exactly : count >= wanted.least;
  if (!fits) return [`${operation.op} takes ${Object.values(wanted)[0]} values, not ${count}`];
  const [first] = context.inputs;
  const before = first?.channels ?? operation.channels;
  return [...demandsOf(operation, before, context)].flatMap(([holds, problem]) => (holds ? [] : [problem]));
}

/** `before`: channels of the first input. */
function* demandsOf(operation: Operation, before: number, { inputs, tensors }: OperationContext): Generator<Demand> {
  const { channels } = operation;
  const tensor = (name: string, role: Tensor["role"], shape: readonly number[]): Demand => {
    const found = tensors.get(name);
    const right = found?.role === role && `${found.shape}` === `${shape}` && found.layer === operation.layer;
    return [right, `${name} must be a ${role} tensor of [${shape}], but is ${found?.role} of [${found?.shape}]`];
  };
  const same: Demand = [channels === before, `it has ${channels} channels, its input ${before}`];
  switch (operation.op) {
    case "conv":
    case "deconv": {
      const { groups, kernel, weight, bias } = operation;
      yield [before % groups === 0 && channels % groups === 0, `${groups} groups do not divide its channels`];
      yield* windowDemands(operation.kernel, operation.stride, operation.pad, operation.dilation);
      const isConv = operation.op === "conv";
      const shape = isConv ? [channels, before / groups, ...kernel] : [before, channels / groups, ...kernel];
      yield tensor(weight, operation.op, shape);
      if (bias !== null) yield tensor(bias, "vector", [channels]);
      return;
    }
    case "upsample": {
      const { kernel, stride, pad, weight } = operation;
      yield same;
      yield* windowDemands(kernel, stride, pad, [1, 1]);
      yield tensor(weight, "deconv", [channels, channels, ...kernel]);
      const found = tensors.get(weight);
      yield [found?.generated === true && found.init.kind === "bilinear", `${weight} must be a frozen bilinear kernel`];
      return;
    }
    case "scale":
      yield same;
      yield tensor(operation.weight, "vector", [channels]);
      if (operation.bias !== null) yield tensor(operation.bias, "vector", [channels]);
      return;
    case "prelu":
      yield same;
      yield tensor(operation.weight, "vector", [channels]);
      return;
    case "batchnorm": {
      const { weight, bias, mean, variance } = operation;
      yield same;
      for (const name of [weight, bias, mean, variance]) yield tensor(name, "vector", [channels]);
      return;
    }
    case "pool": {
      const { kernel, stride, pad, dilation = [1, 1] } = operation;
      yield same;
      yield* windowDemands(kernel, stride, pad, dilation);
      const inside = ([0, 1] as const).every((axis) => pad[axis] < extentOf(kernel[axis], dilation[axis]));
      yield [inside, "a window lies wholly in the padding"];
      return;
    }
    case "resize":
      yield same;
      yield [(operation.factor === null) === (inputs.length === 2) && inputs.length < 3, "it has no one size to go to"];
      yield [
        operation.factor === null || (isCount(operation.factor) && operation.factor > 0),
        "its factor is no count",
      ];
      return;
    case "crop":
      yield same;
      yield [operation.offset.every(isCount), `its offset is ${operation.offset}`];
      return;
    case "pad":
      yield same;
      yield [[...operation.vertical, ...operation.horizontal].every(isCount), "its padding is no count of pixels"];
      return;
    case "sum":
      yield [inputs.every((input) => input.channels === channels), "it adds maps of different channels"];
      yield [operation.coefficients.length === inputs.length, "it needs one coefficient for each map"];
      return;
    case "product":
      yield [inputs.every((input) => input.channels === channels), "it multiplies maps of different channels"];
      return;
    case "concat": {
      const total = inputs.reduce((sum, input) => sum + input.channels, 0);
      yield [total === channels, `it joins ${total} channels to ${channels}`];
      return;
    }
    case "preprocess":
      yield same;
      yield [
        operation.scale.length === channels && operation.offset.length === channels,
        "it needs a scale and an offset for each channel",
      ];
      return;
    case "input":
    case "activation":
    case "globalpool":
    case "leaky":
    case "dropout":
    case "lrn":
    case "softmax":
      yield same;
  }
}

function* windowDemands(kernel: Pair, stride: Pair, pad: Pair, dilation: Pair): Generator<Demand> {
  const positive = [...kernel, ...stride, ...dilation].every((value) => isCount(value) && value > 0);
  yield [positive, "kernel, stride and dilation must be whole numbers of at least 1"];
  yield [pad.every(isCount), "its pad must be a whole number of at least 0"];
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}
