/** Caffe's layer types, and what becomes of each. */
import type { Conversion } from "./conversion.js";
import * as pointwise from "./pointwise.js";
import { convolution, deconvolution, dense, pooling } from "./windows.js";

/** Layers that compute. */
export const CONVERSIONS: Readonly<Record<string, Conversion | undefined>> = {
  BatchNorm: pointwise.batchnorm,
  Clip: pointwise.clip,
  Concat: pointwise.concat,
  Convolution: convolution,
  Crop: pointwise.crop,
  Deconvolution: deconvolution,
  Dropout: pointwise.dropout,
  ELU: pointwise.elu,
  Eltwise: pointwise.eltwise,
  InnerProduct: dense,
  LRN: pointwise.lrn,
  PReLU: pointwise.prelu,
  Pooling: pooling,
  Power: pointwise.power,
  ReLU: pointwise.relu,
  ReLU6: pointwise.plain("relu6", "relu6_param"),
  Scale: pointwise.scale,
  Sigmoid: pointwise.plain("sigmoid", "sigmoid_param"),
  Softmax: pointwise.softmax,
  TanH: pointwise.plain("tanh", "tanh_param"),
};

/** Layers that feed a net. */
export const DATA: ReadonlySet<string> = new Set([
  "Data",
  "DummyData",
  "HDF5Data",
  "ImageData",
  "Input",
  "MemoryData",
  "WindowData",
]);

/** Layers behind what a net computes. */
export const MEASURES: ReadonlySet<string> = new Set(["Accuracy", "ArgMax", "HDF5Output", "Silence"]);

export const LOSSES: ReadonlySet<string> = new Set(["SoftmaxWithLoss"]);

/** What could be written instead of a layer that a spec has not. */
export const ADVICE: Readonly<Record<string, string | undefined>> = {
  AbsVal: "a spec has no absolute value; `relu` of a map and of its negative, added, is one",
  Bias: "give the convolution before it a bias",
  Flatten: "a dense layer reads its whole input without it: delete the layer and let it take what `Flatten` took",
  Interp: "delete the layer and write `resize(...)` into the spec: `align: corners` is what Interp does",
  Reshape: "a spec has no reshaping: its maps keep their channels, height and width",
  Slice: "write each part as a convolution of its own, or split the layer before it",
  SigmoidCrossEntropyLoss: "recipes train with `softmax`: two classes instead of one map",
};
