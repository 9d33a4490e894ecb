import { flagOf, numberOf, numbersOf, textOf } from "../attributes.js";
import type { Call, Kernel, Rank4 } from "../value.js";
import { run } from "./convolution.js";
import { maxPoolGradientOf } from "./max-pool-gradient.js";
import { columnSums } from "./sums.js";
import { windowOf } from "./window.js";

function poolOf({ node }: Call): { filterSize: [number, number]; strides: [number, number]; pad: "same" | "valid" } {
  const [, tall = 1, wide = 1] = numbersOf(node, "ksize");
  const [, down = 1, across = 1] = numbersOf(node, "strides");
  const pad = textOf(node, "padding") === "SAME" ? "same" : "valid";
  return { filterSize: [tall, wide], strides: [down, across], pad };
}

const pool =
  (method: "maxPool" | "avgPool"): Kernel =>
  (call) => {
    const { filterSize, strides, pad } = poolOf(call);
    return call.core[method](call.tensor(0) as Rank4, filterSize, strides, pad);
  };

/** Its inputs are the map, the result and the gradient. */
const maxPoolGradient: Kernel = (call) => {
  if (call.isComposed) return maxPoolGradientInScript(call);
  const inputs = { dy: call.tensor(2), input: call.tensor(0), output: call.tensor(1) };
  return run(call, "MaxPoolGrad", inputs, { ...poolOf(call), dimRoundingMode: null });
};

const maxPoolGradientInScript: Kernel = (call) => {
  const [map, gradient] = [call.tensor(0), call.tensor(2)];
  const { filterSize } = poolOf(call);
  const [, height = 1, width = 1] = map.shape;
  const window = windowOf(call.node, [height, width], filterSize);
  const [values, slopes] = [map.dataSync(), gradient.dataSync()];
  const result = maxPoolGradientOf(
    { shape: map.shape, values },
    { shape: gradient.shape, values: slopes },
    filterSize,
    window,
  );
  return call.core.tensor(result, map.shape, "float32");
};

/** The kernel takes the map for its size alone. */
const avgPoolGradient: Kernel = (call) => {
  const inputs = { dy: call.tensor(1), input: call.core.zeros(call.numbers(0)) };
  return run(call, "AvgPoolGrad", inputs, { ...poolOf(call), dimRoundingMode: null });
};

const mean: Kernel = (call) => call.core.mean(call.tensor(0), call.numbers(1), flagOf(call.node, "keep_dims"));
const max: Kernel = (call) => call.core.max(call.tensor(0), call.numbers(1), flagOf(call.node, "keep_dims"));

function responseOf({ node }: Call) {
  return {
    depthRadius: numberOf(node, "depth_radius", 5),
    bias: numberOf(node, "bias", 1),
    alpha: numberOf(node, "alpha", 1),
    beta: numberOf(node, "beta", 0.5),
  };
}

const localResponse: Kernel = (call) => {
  const { depthRadius, bias, alpha, beta } = responseOf(call);
  return call.core.localResponseNormalization(call.tensor(0) as Rank4, depthRadius, bias, alpha, beta);
};

/** Its inputs are the gradient, the map and the result. */
const localResponseGradient: Kernel = (call) =>
  run(call, "LRNGrad", { x: call.tensor(1), y: call.tensor(2), dy: call.tensor(0) }, responseOf(call));

/** Its inputs are the map, weight, bias, mean and variance. */
const batchNorm: Kernel = (call) => {
  const epsilon = numberOf(call.node, "epsilon", 1e-4);
  const [map, weight, bias, mean_, variance] = [0, 1, 2, 3, 4].map((at) => call.tensor(at));
  return call.core.batchNorm(map as Rank4, mean_ as never, variance as never, bias as never, weight as never, epsilon);
};

/** With the running statistics: its inputs are the gradient, the map, weight, mean and variance. */
const batchNormGradient: Kernel = (call) => {
  const { core } = call;
  const [gradient, map, weight] = [call.tensor(0), call.tensor(1), call.tensor(2)];
  const deviation = core.rsqrt(core.add(call.tensor(4), numberOf(call.node, "epsilon", 1e-4)));
  const byWeight = core.mul(columnSums(call, core.mul(gradient, core.sub(map, call.tensor(3)))), deviation);
  return [core.mul(gradient, core.mul(weight, deviation)), byWeight, columnSums(call, gradient)];
};

export const REDUCTION_KERNELS: Readonly<Record<string, Kernel>> = {
  AvgPool: pool("avgPool"),
  AvgPoolGrad: avgPoolGradient,
  FusedBatchNormGradV3: batchNormGradient,
  FusedBatchNormV3: batchNorm,
  LRN: localResponse,
  LRNGrad: localResponseGradient,
  Max: max,
  MaxPool: pool("maxPool"),
  MaxPoolGrad: maxPoolGradient,
  Mean: mean,
};
