/** Convolutions, deconvolutions and poolings of Caffe as layers of a spec. */
import { caffeNotUnderstood, prototxtValue } from "../../diagnostics/codes/caffe.js";
import type { Initializer, Pair } from "../../model/plan.js";
import type { Fields } from "../fields.js";
import type { CaffeLayer } from "../net.js";
import { call } from "./call.js";
import type { Conversion, Understood } from "./conversion.js";
import { readFiller } from "./filler.js";

/** `kernel_size`, once or for each axis, or `kernel_h` and `kernel_w`. */
function pair(fields: Fields, name: string, stem: string, otherwise: number | null): Pair | null {
  const [first, second] = fields.counts(name);
  const y = fields.count(`${stem}_h`) ?? first ?? otherwise;
  const x = fields.count(`${stem}_w`) ?? second ?? first ?? otherwise;
  return y === null || x === null ? null : [y, x];
}

export const convolution: Conversion = (layer, [input]) => {
  const read = readConvolution(layer);
  if (read === null || input === undefined) return null;
  return { ...call("conv", read), channels: read.channels };
};

/**
 * A Deconvolution that is fixed (lr_mult 0), on as many channels as come in and with a square stride is bilinear
 * upsampling: so the published FCNs have it, whose kernels net surgery fills in, and so does Caffe's bilinear filler.
 */
export const deconvolution: Conversion = (layer, [input], weights) => {
  const read = readConvolution(layer);
  if (read === null || input === undefined) return null;
  const { channels, kernel, stride, pad, dilation, groups, bias, init } = read;
  const [height, width] = stride;
  const isFixed = layer.rates[0]?.rate === 0;
  const isBilinear = weights.isBilinear(layer.name) ?? (init.kind === "bilinear" || (isFixed && init.kind === "zero"));
  const isPlain = !bias && channels === input && height === width && dilation[0] === 1 && dilation[1] === 1;
  const isDiagonal = groups === 1 || (groups === channels && isFixed);
  // Caffe's filler fills every kernel: with one group each channel would get the sum of all.
  const isRight = groups === channels || init.kind !== "bilinear" || weights.isBilinear(layer.name) === true;
  if (isPlain && isDiagonal && isBilinear && isRight)
    return { ...call("upsample", { factor: height, kernel, pad, learned: !isFixed }), channels };
  return {
    ...call("deconv", { ...read, init: isFixed && init.kind === "zero" ? { kind: "bilinear" } : init }),
    channels,
  };
};

interface Convolution {
  readonly channels: number;
  readonly kernel: Pair;
  readonly stride: Pair;
  readonly pad: Pair;
  readonly dilation: Pair;
  readonly groups: number;
  readonly bias: boolean;
  readonly init: Initializer;
  readonly [name: string]: number | Pair | boolean | Initializer;
}

function readConvolution(layer: CaffeLayer): Convolution | null {
  const fields = layer.fields.within("convolution_param");
  fields.ignore("engine", "force_nd_im2col");
  const channels = fields.count("num_output");
  const kernel = pair(fields, "kernel_size", "kernel", null);
  const stride = pair(fields, "stride", "stride", 1) ?? [1, 1];
  const pad = pair(fields, "pad", "pad", 0) ?? [0, 0];
  const dilations = fields.counts("dilation");
  const dilation: Pair = [dilations[0] ?? 1, dilations[1] ?? dilations[0] ?? 1];
  const axis = fields.number("axis") ?? 1;
  const read = {
    stride,
    pad,
    dilation,
    groups: fields.count("group") ?? 1,
    bias: fields.flag("bias_term") ?? true,
    init: readFiller(fields, "weight_filler"),
  };
  readFiller(fields, "bias_filler");
  fields.finish();
  if (axis !== 1) {
    notUnderstood(layer, `${layer.fields.owner} slides over axis ${axis}, and a spec has channels on axis 1`);
    return null;
  }
  if (channels === null || channels === 0 || kernel === null) {
    const lacks = kernel === null ? "kernel_size" : "num_output";
    layer.fields.fault(prototxtValue, `${layer.fields.owner} has no \`${lacks}\``, null, {
      help: [`write it into \`convolution_param\``],
    });
    return null;
  }
  return { channels, kernel, ...read };
}

const METHODS = ["MAX", "AVE", "STOCHASTIC"] as const;

export const pooling: Conversion = (layer, [input]) => {
  const fields = layer.fields.within("pooling_param");
  fields.ignore("engine");
  const method = fields.word("pool", METHODS) ?? "MAX";
  const kernel = pair(fields, "kernel_size", "kernel", null);
  const stride = pair(fields, "stride", "stride", 1) ?? [1, 1];
  const pad = pair(fields, "pad", "pad", 0) ?? [0, 0];
  const isGlobal = fields.flag("global_pooling") ?? false;
  const round = fields.word("round_mode", ["CEIL", "FLOOR"]) === "FLOOR" ? "floor" : "ceil";
  fields.finish();
  const channels = input ?? 0;
  if (method === "STOCHASTIC")
    return notUnderstood(layer, `${layer.fields.owner} pools at random`, "use `pool: MAX` or `pool: AVE`");
  if (isGlobal) return { ...call("globalpool", { method: method === "MAX" ? "max" : "average" }), channels };
  if (kernel === null) {
    layer.fields.fault(prototxtValue, `${layer.fields.owner} has no \`kernel_size\``, null);
    return null;
  }
  return { ...call(method === "MAX" ? "maxpool" : "avgpool", { kernel, stride, pad, round }), channels };
};

export const dense: Conversion = (layer, [input]) => {
  const fields = layer.fields.within("inner_product_param");
  const channels = fields.count("num_output");
  const settings = { bias: fields.flag("bias_term") ?? true, init: readFiller(fields, "weight_filler") };
  readFiller(fields, "bias_filler");
  const axis = fields.number("axis") ?? 1;
  const isTransposed = fields.flag("transpose") ?? false;
  fields.finish();
  if (input === undefined) return null;
  if (axis !== 1 || isTransposed)
    return notUnderstood(layer, `${layer.fields.owner} is dense over other axes than channels, height and width`);
  if (channels === null) {
    layer.fields.fault(prototxtValue, `${layer.fields.owner} has no \`num_output\``, null);
    return null;
  }
  return { ...call("dense", { channels, ...settings }), channels };
};

export function notUnderstood(layer: CaffeLayer, message: string, help = ELSEWHERE): Understood | null {
  layer.fields.fault(caffeNotUnderstood, message, null, { label: "this layer", help: [help] });
  return null;
}

const ELSEWHERE = "delete the layer in a copy of the prototxt, and write what it does into the spec by hand";
