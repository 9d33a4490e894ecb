import { PlanBuilder, pool, relu } from "../reference/plan-builder.js";

const net = (channels: number) => new PlanBuilder().input(channels);
export type Sizes = readonly (readonly [height: number, width: number])[];
const ODD: Sizes = [
  [1, 1],
  [2, 7],
  [9, 5],
  [17, 12],
];
const MORE: Sizes = [
  [7, 8],
  [11, 9],
  [16, 13],
];

/** Every primitive, with settings that a backend might see differently, at sizes that leave remainders. */
export const CASES: Readonly<Record<string, readonly [PlanBuilder, Sizes]>> = {
  "conv same": [net(3).conv("c", 5, 3, { pad: 1 }), ODD],
  "conv valid": [net(2).conv("c", 3, 3), MORE],
  "conv 1x1 without bias": [net(4).conv("c", 3, 1, { bias: false }), ODD],
  "conv padded by more than half": [net(3).conv("c", 4, 3, { pad: 5 }), ODD],
  "conv pad 100": [net(3).conv("c", 2, 3, { pad: 100 }).add("r", 2, relu), ODD.slice(0, 2)],
  "conv even kernel": [net(2).conv("c", 3, 4, { pad: 2 }), ODD],
  "conv stride 2 pad 1": [net(3).conv("c", 4, 3, { stride: 2, pad: 1 }), MORE],
  "conv 7x7 stride 2 pad 3": [net(3).conv("c", 4, 7, { stride: 2, pad: 3 }), ODD],
  "conv 3x1": [net(2).conv("c", 3, 3, { kernel: [3, 1], pad: [1, 0] }), ODD],
  "conv unequal": [net(2).conv("c", 3, 3, { kernel: [3, 2], pad: [1, 2], stride: [2, 1] }), MORE],
  "conv dilated same": [net(3).conv("c", 4, 3, { pad: 2, dilation: 2 }), ODD],
  "conv dilated valid": [net(3).conv("c", 4, 3, { dilation: 3 }), MORE],
  "conv dilated with pad": [net(3).conv("c", 4, 3, { pad: 4, dilation: 2 }), ODD],
  "conv dilated and strided": [net(3).conv("c", 4, 3, { pad: 3, dilation: 2, stride: 2 }), MORE],
  "conv groups": [net(4).conv("c", 6, 3, { pad: 1, groups: 2 }).add("r", 6, relu), ODD],
  "conv groups without bias": [net(6).conv("c", 6, 5, { pad: 2, groups: 3, bias: false }), ODD],
  "conv depthwise": [net(5).conv("c", 5, 3, { pad: 1, groups: 5 }), ODD],
  "conv depthwise stride 2": [net(4).conv("c", 4, 3, { pad: 1, stride: 2, groups: 4 }).add("r", 4, relu), MORE],
  "conv depthwise multiplied": [net(3).conv("c", 6, 3, { pad: 1, groups: 3 }), ODD],
  "conv depthwise dilated": [net(4).conv("c", 4, 3, { pad: 2, dilation: 2, groups: 4, bias: false }), ODD],
  "conv depthwise unequal stride": [net(4).conv("c", 4, 3, { pad: 1, stride: [1, 2], groups: 4 }), MORE],
  "conv and relu": [net(3).conv("c", 4, 3, { pad: 1 }).add("r", 4, relu), ODD],
  "conv and relu without bias": [net(3).conv("c", 4, 3, { pad: 1, bias: false }).add("r", 4, relu), ODD],
  "conv and relu6": [net(3).conv("c", 4, 3, { pad: 1 }).add("r", 4, { op: "activation", function: "relu6" }), ODD],
  "relu that others also take": [
    net(3)
      .conv("c", 4, 3, { pad: 1 })
      .add("r", 4, relu)
      .add("s", 4, { op: "sum", coefficients: [1, 1] }, ["r", "c"]),
    ODD,
  ],
  "max 2x2/2": [net(3).add("p", 3, pool("max", 2, 2)), ODD],
  "max 3x3/2": [net(3).add("p", 3, pool("max", 3, 2)), MORE],
  "max 3x3/2 pad 1": [net(3).add("p", 3, pool("max", 3, 2, { pad: 1 })), ODD],
  "max 2x2/2 pad 1": [net(3).add("p", 3, pool("max", 2, 2, { pad: 1 })), ODD],
  "max 5x5/3 pad 2": [net(2).add("p", 2, pool("max", 5, 3, { pad: 2 })), ODD],
  "max 3x3/1 pad 1": [net(2).add("p", 2, pool("max", 3, 1, { pad: 1 })), ODD],
  "max floor": [net(2).add("p", 2, pool("max", 2, 2, { rounding: "floor" })), MORE],
  "max floor pad 1": [net(2).add("p", 2, pool("max", 3, 2, { pad: 1, rounding: "floor" })), ODD],
  "max 3x2/2x1": [net(2).add("p", 2, pool("max", [3, 2], [2, 1], { pad: [1, 0] })), MORE],
  "average 2x2/2": [net(2).add("p", 2, pool("average", 2, 2)), ODD],
  "average 3x3/2": [net(2).add("p", 2, pool("average", 3, 2)), MORE],
  "average 3x3/2 pad 1": [net(2).add("p", 2, pool("average", 3, 2, { pad: 1 })), ODD],
  "average 5x5/3 pad 2": [net(2).add("p", 2, pool("average", 5, 3, { pad: 2 })), ODD],
  "average 3x3/1 pad 1": [net(2).add("p", 2, pool("average", 3, 1, { pad: 1 })), ODD],
  "average floor": [net(2).add("p", 2, pool("average", 3, 2, { rounding: "floor" })), MORE],
  "deconv 4x4/2": [net(3).deconv("d", 4, 4, { stride: 2 }), ODD],
  "deconv pad": [net(3).deconv("d", 4, 4, { stride: 2, pad: 1 }), ODD],
  "deconv without bias": [net(3).deconv("d", 2, 3, { stride: 3, bias: false }), ODD],
  "deconv pad without bias": [net(3).deconv("d", 2, 5, { stride: 2, pad: 2, bias: false }), ODD],
  "deconv kernel below stride": [net(2).deconv("d", 3, 2, { stride: 3 }), ODD],
  "deconv dilated": [net(2).deconv("d", 3, 3, { stride: 2, dilation: 2, pad: 1 }), ODD],
  "deconv groups": [net(4).deconv("d", 6, 4, { stride: 2, pad: 1, groups: 2 }), ODD],
  "deconv depthwise": [net(4).deconv("d", 4, 4, { stride: 2, groups: 4, bias: false }), ODD],
  "deconv unequal": [net(2).deconv("d", 3, 3, { kernel: [4, 3], stride: [2, 1], pad: [1, 0] }), ODD],
  "upsample 64/32": [net(3).upsample("u", 64, 32), ODD.slice(0, 3)],
  "upsample 4/2": [net(3).upsample("u", 4, 2), ODD],
  "upsample 4/2 pad 1": [net(3).upsample("u", 4, 2, 1), ODD],
  "upsample 3/2": [net(2).upsample("u", 3, 2), ODD],
  "upsample 5/3 pad 2": [net(2).upsample("u", 5, 3, 2), MORE],
  "upsample 6x4/3x2": [net(2).upsample("u", [6, 4], [3, 2], [1, 0]), ODD],
  "upsample and crop": [
    net(2)
      .conv("small", 3, 3, { stride: 3, pad: 1 })
      .upsample("u", 6, 3)
      .add("k", 3, { op: "crop", offset: [2, 1] }, ["u", "data"]),
    MORE,
  ],
  "upsample that is an output and cropped": [
    net(2)
      .upsample("u", 4, 2)
      .add("k", 2, { op: "crop", offset: [1, 2] }, ["u", "data"])
      .output("k", "u"),
    ODD,
  ],
  crop: [
    net(2)
      .conv("c", 2, 3, { pad: 6 })
      .add("k", 2, { op: "crop", offset: [5, 3] }, ["c", "data"]),
    ODD,
  ],
  "deconv and crop": [
    net(2)
      .deconv("d", 2, 4, { stride: 2, bias: false })
      .add("k", 2, { op: "crop", offset: [1, 1] }, ["d", "data"]),
    ODD,
  ],
  "weighted sum": [
    net(2)
      .conv("a", 3, 1)
      .conv("b", 3, 1, {}, ["data"])
      .conv("c", 3, 1, {}, ["data"])
      .add("s", 3, { op: "sum", coefficients: [0.5, -1, 1] }, ["a", "b", "c"]),
    ODD,
  ],
  "sum of one": [net(2).add("s", 2, { op: "sum", coefficients: [2] }), ODD],
  product: [net(2).conv("a", 2, 1).add("p", 2, { op: "product" }, ["a", "data", "a"]), ODD],
  concat: [net(2).conv("a", 3, 1).add("k", 5, { op: "concat" }, ["data", "a"]), ODD],
  sigmoid: [net(2).add("a", 2, { op: "activation", function: "sigmoid" }), ODD],
  tanh: [net(2).add("a", 2, { op: "activation", function: "tanh" }), ODD],
  "relu alone": [net(2).add("a", 2, relu), ODD],
  "relu6 alone": [net(2).add("a", 2, { op: "activation", function: "relu6" }), ODD],
  dropout: [net(2).add("a", 2, { op: "dropout", rate: 0.5 }), ODD],
  scale: [net(3).scale("s", false), ODD],
  "scale and bias": [net(3).scale("s", true), ODD],
  lrn: [net(7).add("n", 7, { op: "lrn", size: 5, alpha: 0.5, beta: 0.75, k: 2 }), ODD],
  softmax: [net(4).add("n", 4, { op: "softmax" }), ODD],
  "pad by a constant": [
    net(2).add("p", 2, { op: "pad", vertical: [1, 2], horizontal: [3, 0], mode: "constant", value: 0.5 }),
    ODD,
  ],
  "pad by reflection": [
    net(2).add("p", 2, { op: "pad", vertical: [1, 2], horizontal: [3, 0], mode: "reflect", value: 0 }),
    MORE,
  ],
  "mean and order of channels": [
    net(3).add("p", 3, { op: "preprocess", reverse: true, log: false, scale: [1, 1, 1], offset: [-104, -116, -122] }),
    ODD,
  ],
  "all of preprocessing": [
    net(3).add("p", 3, { op: "preprocess", reverse: true, log: false, scale: [2, 3, 4], offset: [1, 1, 1] }),
    ODD,
  ],
  "no preprocessing": [
    net(1).add("p", 1, { op: "preprocess", reverse: false, log: false, scale: [1], offset: [0] }),
    ODD,
  ],
  "two inputs": [
    net(2)
      .input(3, "depth")
      .conv("a", 4, 3, { pad: 1 }, ["data"])
      .conv("b", 4, 1, {}, ["depth"])
      .add("s", 4, { op: "sum", coefficients: [1, 1] }, ["a", "b"]),
    ODD,
  ],
};
