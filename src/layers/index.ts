/** Every layer kind, sorted by name. A test holds this list against the folder. */
import { avgpool } from "./avgpool.js";
import { batchnorm } from "./batchnorm.js";
import { concat } from "./concat.js";
import { conv } from "./conv.js";
import { crop } from "./crop.js";
import { deconv } from "./deconv.js";
import { dense } from "./dense.js";
import { depthwise } from "./depthwise.js";
import { dropout } from "./dropout.js";
import { elu } from "./elu.js";
import { globalpool } from "./globalpool.js";
import { hardsigmoid } from "./hardsigmoid.js";
import { hardswish } from "./hardswish.js";
import type { LayerKind } from "../model/layer-kind.js";
import { leaky } from "./leaky.js";
import { lrn } from "./lrn.js";
import { maxpool } from "./maxpool.js";
import { pad } from "./pad.js";
import { prelu } from "./prelu.js";
import { product } from "./product.js";
import { relu } from "./relu.js";
import { relu6 } from "./relu6.js";
import { resize } from "./resize.js";
import { scale } from "./scale.js";
import { sigmoid } from "./sigmoid.js";
import { softmax } from "./softmax.js";
import { sum } from "./sum.js";
import { tanh } from "./tanh.js";
import { upsample } from "./upsample.js";

const kinds: readonly LayerKind[] = [
  avgpool,
  batchnorm,
  concat,
  conv,
  crop,
  deconv,
  dense,
  depthwise,
  dropout,
  elu,
  globalpool,
  hardsigmoid,
  hardswish,
  leaky,
  lrn,
  maxpool,
  pad,
  prelu,
  product,
  relu,
  relu6,
  resize,
  scale,
  sigmoid,
  softmax,
  sum,
  tanh,
  upsample,
];

export const layerKinds: ReadonlyMap<string, LayerKind> = new Map(kinds.map((kind) => [kind.name, kind]));
