/** Every layer kind, sorted by name. A test holds this list against the folder. */
import { avgpool } from "./avgpool.js";
import { concat } from "./concat.js";
import { conv } from "./conv.js";
import { crop } from "./crop.js";
import { deconv } from "./deconv.js";
import { dense } from "./dense.js";
import { dropout } from "./dropout.js";
import type { LayerKind } from "../model/layer-kind.js";
import { lrn } from "./lrn.js";
import { maxpool } from "./maxpool.js";
import { pad } from "./pad.js";
import { product } from "./product.js";
import { relu } from "./relu.js";
import { relu6 } from "./relu6.js";
import { scale } from "./scale.js";
import { sigmoid } from "./sigmoid.js";
import { softmax } from "./softmax.js";
import { sum } from "./sum.js";
import { tanh } from "./tanh.js";
import { upsample } from "./upsample.js";

const kinds: readonly LayerKind[] = [
  avgpool,
  concat,
  conv,
  crop,
  deconv,
  dense,
  dropout,
  lrn,
  maxpool,
  pad,
  product,
  relu,
  relu6,
  scale,
  sigmoid,
  softmax,
  sum,
  tanh,
  upsample,
];

export const layerKinds: ReadonlyMap<string, LayerKind> = new Map(kinds.map((kind) => [kind.name, kind]));
