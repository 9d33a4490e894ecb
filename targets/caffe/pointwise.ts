/** Layers that take units by themselves: activations, scales, sums; and those across channels. */
import { field, identifier, message, type Field } from "../../src/caffe/message.js";
import type { Operation, OperationOf } from "../../src/model/plan.js";
import { parameters, type CaffeLayer } from "./layer.js";
import { filler, type Tensors } from "./tensors.js";

export type Body = Pick<CaffeLayer, "type" | "params" | "settings" | "blobs">;

/** Scaled and shifted: Caffe's Power, with its power of 1. */
export const power = (scale: number, shift: number): Body => ({
  type: "Power",
  settings: [
    parameters("power_param", {
      scale: scale === 1 ? undefined : scale,
      shift: shift === 0 ? undefined : shift,
    }),
  ],
});

export const RELU: Body = { type: "ReLU" };

/** Functions that several layers of Caffe make. */
export type Composed = "relu6" | "hardsigmoid" | "hardswish";

/** Functions that are one layer of Caffe. */
export const ACTIVATIONS: Readonly<Record<Exclude<OperationOf<"activation">["function"], Composed>, Body>> = {
  relu: RELU,
  sigmoid: { type: "Sigmoid" },
  tanh: { type: "TanH" },
  elu: { type: "ELU" },
};

export function leaky({ slope }: OperationOf<"leaky">): Body {
  return { type: "ReLU", settings: [parameters("relu_param", { negative_slope: slope })] };
}

export function prelu({ weight }: OperationOf<"prelu">, tensors: Tensors): Body {
  const settings = parameters("prelu_param", { filler: filler(tensors.get(weight).init) ?? zeros() });
  return { type: "PReLU", params: tensors.params([weight]), settings: [settings], blobs: [weight] };
}

/** Where Caffe's own default is another number. */
const zeros = (): ReturnType<typeof message> => message([field("type", "constant"), field("value", 0)]);

/** Caffe's Scale: times a number for each channel, and plus one. Its filler's default is 1. */
export function scaling(weight: string, bias: string | null, tensors: Tensors): Body {
  const { init } = tensors.get(weight);
  const isOne = init.kind === "constant" && init.value === 1;
  const biasFiller = bias === null ? undefined : filler(tensors.get(bias).init);
  const blobs = bias === null ? [weight] : [weight, bias];
  const settings = {
    filler: isOne ? undefined : (filler(init) ?? zeros()),
    bias_term: bias === null ? undefined : true,
    bias_filler: biasFiller,
  };
  return {
    type: "Scale",
    params: tensors.params(blobs),
    settings: Object.values(settings).every((value) => value === undefined)
      ? []
      : [parameters("scale_param", settings)],
    blobs,
  };
}

/** The statistics alone, divided by 1; scale and bias are a Scale behind it. */
export function normalization({ mean, variance, epsilon }: OperationOf<"batchnorm">): Body {
  const frozen = parameters("param", { lr_mult: 0 });
  return {
    type: "BatchNorm",
    // No gradient moves statistics, which Caffe measures itself.
    params: [frozen, frozen, frozen],
    settings: epsilon === 1e-5 ? [] : [parameters("batch_norm_param", { eps: epsilon })],
    blobs: [mean, variance, { value: 1, shape: [1] }],
  };
}

export function localResponse({ size, alpha, beta, k }: OperationOf<"lrn">): Body {
  return {
    type: "LRN",
    settings: [parameters("lrn_param", { local_size: size, alpha, beta, k: k === 1 ? undefined : k })],
  };
}

export function dropout({ rate }: OperationOf<"dropout">): Body {
  return { type: "Dropout", settings: [parameters("dropout_param", { dropout_ratio: rate })] };
}

/** @param stated whether the spec names coefficients; otherwise all are 1, Caffe's default */
export function sum({ coefficients }: OperationOf<"sum">, stated: boolean): Body {
  const isPlain = !stated && coefficients.every((coefficient) => coefficient === 1);
  const coefficientFields: Field[] = isPlain ? [] : coefficients.map((coefficient) => field("coeff", coefficient));
  return {
    type: "Eltwise",
    settings: [field("eltwise_param", message([field("operation", identifier("SUM")), ...coefficientFields]))],
  };
}

export const PRODUCT: Body = {
  type: "Eltwise",
  settings: [parameters("eltwise_param", { operation: identifier("PROD") })],
};

/** Each unit `factor` times in each direction: a deconvolution by ones whose kernel is its stride. */
export function repetition({ channels }: Operation, factor: number): Body {
  return {
    type: "Deconvolution",
    params: [parameters("param", { lr_mult: 0 })],
    settings: [
      parameters("convolution_param", {
        num_output: channels,
        bias_term: false,
        kernel_size: factor,
        stride: factor,
        group: channels === 1 ? undefined : channels,
        weight_filler: message([field("type", "constant"), field("value", 1)]),
      }),
    ],
    blobs: [{ value: 1, shape: [channels, 1, factor, factor] }],
  };
}
