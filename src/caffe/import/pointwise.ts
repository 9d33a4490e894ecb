/** Layers of Caffe that take units by themselves, or across channels, or join maps. */
import { prototxtValue } from "../../diagnostics/codes/caffe.js";
import type { Initializer } from "../../model/plan.js";
import { call } from "./call.js";
import type { Conversion } from "./conversion.js";
import { readFiller } from "./filler.js";
import { notUnderstood } from "./windows.js";

const first = (channels: readonly number[]): number => channels[0] ?? 0;

/** A function without settings. */
export const plain =
  (kind: string, parameters?: string): Conversion =>
  (layer, channels) => {
    if (parameters !== undefined) layer.fields.within(parameters).ignore("engine").finish();
    return { ...call(kind), channels: first(channels) };
  };

export const relu: Conversion = (layer, channels) => {
  const fields = layer.fields.within("relu_param").ignore("engine");
  const slope = fields.number("negative_slope") ?? 0;
  fields.finish();
  return { ...(slope === 0 ? call("relu") : call("leaky", { slope })), channels: first(channels) };
};

export const prelu: Conversion = (layer, channels) => {
  const fields = layer.fields.within("prelu_param");
  const init = readFiller(fields, "filler", { kind: "constant", value: 0.25 });
  const isShared = fields.flag("channel_shared") ?? false;
  fields.finish();
  if (isShared) return notUnderstood(layer, `${layer.fields.owner} has one slope for all channels`);
  return { ...call("prelu", { slope: startOf(init) }), channels: first(channels) };
};

export const elu: Conversion = (layer, channels) => {
  const fields = layer.fields.within("elu_param");
  const alpha = fields.number("alpha") ?? 1;
  fields.finish();
  if (alpha !== 1) return notUnderstood(layer, `${layer.fields.owner} has alpha ${alpha}, and \`elu\` has 1`);
  return { ...call("elu"), channels: first(channels) };
};

export const clip: Conversion = (layer, channels) => {
  const fields = layer.fields.within("clip_param");
  const [least, most] = [fields.number("min"), fields.number("max")];
  fields.finish();
  if (least !== 0 || most !== 6)
    return notUnderstood(layer, `${layer.fields.owner} clips to ${least} .. ${most}, and \`relu6\` to 0 .. 6`);
  return { ...call("relu6"), channels: first(channels) };
};

export const dropout: Conversion = (layer, channels) => {
  const fields = layer.fields.within("dropout_param").ignore("scale_train");
  const rate = fields.number("dropout_ratio") ?? 0.5;
  fields.finish();
  return { ...call("dropout", { rate }), channels: first(channels) };
};

export const lrn: Conversion = (layer, channels) => {
  const fields = layer.fields.within("lrn_param").ignore("engine");
  const region = fields.word("norm_region", ["ACROSS_CHANNELS", "WITHIN_CHANNEL"]);
  const settings = {
    size: fields.count("local_size") ?? 5,
    alpha: fields.number("alpha") ?? 1,
    beta: fields.number("beta") ?? 0.75,
    k: fields.number("k") ?? 1,
  };
  fields.finish();
  if (region === "WITHIN_CHANNEL")
    return notUnderstood(layer, `${layer.fields.owner} normalizes within channels, and \`lrn\` does across them`);
  return { ...call("lrn", settings), channels: first(channels) };
};

export const softmax: Conversion = (layer, channels) => {
  const fields = layer.fields.within("softmax_param").ignore("engine");
  const axis = fields.number("axis") ?? 1;
  fields.finish();
  if (axis !== 1 && axis !== -3)
    return notUnderstood(layer, `${layer.fields.owner} is over axis ${axis}, not channels`);
  return { ...call("softmax"), channels: first(channels) };
};

/** (shift + scale x)^power, of which a spec has the factor. */
export const power: Conversion = (layer, channels) => {
  const fields = layer.fields.within("power_param");
  const exponent = fields.number("power") ?? 1;
  const factor = fields.number("scale") ?? 1;
  const shift = fields.number("shift") ?? 0;
  fields.finish();
  if (exponent !== 1 || shift !== 0)
    return notUnderstood(
      layer,
      `${layer.fields.owner} does more than to multiply by a number`,
      "what it adds can go into the bias of a convolution behind it",
    );
  return { ...call("scale", { factor }), channels: first(channels) };
};

export const scale: Conversion = (layer, channels) => {
  const fields = layer.fields.within("scale_param");
  const axis = fields.number("axis") ?? 1;
  const axes = fields.number("num_axes") ?? 1;
  const init = readFiller(fields, "filler", { kind: "constant", value: 1 });
  const bias = fields.flag("bias_term") ?? false;
  readFiller(fields, "bias_filler");
  fields.finish();
  if (channels.length > 1 || axis !== 1 || axes !== 1)
    return notUnderstood(layer, `${layer.fields.owner} multiplies by other things than a number for each channel`);
  const isFixed = layer.rates[0]?.rate === 0 && !bias;
  return { ...call("scale", { factor: startOf(init), learned: !isFixed, bias }), channels: first(channels) };
};

export const batchnorm: Conversion = (layer, channels) => {
  const fields = layer.fields.within("batch_norm_param").ignore("use_global_stats", "moving_average_fraction");
  const epsilon = fields.number("eps") ?? 1e-5;
  fields.finish();
  return { ...call("batchnorm", { epsilon }), channels: first(channels) };
};

export const eltwise: Conversion = (layer, channels) => {
  const fields = layer.fields.within("eltwise_param").ignore("stable_prod_grad");
  const operation = fields.word("operation", ["PROD", "SUM", "MAX"]) ?? "SUM";
  const weights = fields.numbers("coeff");
  fields.finish();
  if (operation === "MAX") return notUnderstood(layer, `${layer.fields.owner} takes the largest of several maps`);
  if (operation === "PROD") return { ...call("product"), channels: first(channels) };
  return { ...call("sum", { weights: weights.length === 0 ? null : weights }), channels: first(channels) };
};

export const concat: Conversion = (layer, channels) => {
  const fields = layer.fields.within("concat_param");
  const axis = fields.number("axis") ?? fields.number("concat_dim") ?? 1;
  fields.finish();
  if (axis !== 1) return notUnderstood(layer, `${layer.fields.owner} joins maps along axis ${axis}, not channels`);
  return { ...call("concat"), channels: channels.reduce((sum, count) => sum + count, 0) };
};

export const crop: Conversion = (layer, channels) => {
  const fields = layer.fields.within("crop_param");
  const axis = fields.number("axis") ?? 2;
  const [y = 0, x = y, ...more] = fields.counts("offset");
  fields.finish();
  if (axis !== 2 || more.length > 0)
    return notUnderstood(layer, `${layer.fields.owner} crops other axes than height and width`);
  if (channels.length !== 2) {
    layer.fields.fault(
      prototxtValue,
      `${layer.fields.owner} wants two bottoms: a map, and one that gives the size`,
      null,
    );
    return null;
  }
  return { ...call("crop", { offset: [y, x] }), channels: first(channels) };
};

/** What a constant filler starts with. */
const startOf = (init: Initializer): number => (init.kind === "constant" ? init.value : 0);
