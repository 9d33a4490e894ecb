/**
 * Runs a plan in the slowest and plainest way: each operation is Caffe's loop, in doubles, on maps of [C, H, W]. What
 * targets and engines do is compared with it.
 */
import type { Operation, OperationOf, Plan } from "../../src/model/plan.js";
import { deconvolve, convolve } from "./convolve.js";
import { emptyMap, mapOf, type FeatureMap } from "./feature-map.js";
import { pool } from "./pool.js";
import { resize } from "./resize.js";

/** Blobs by name, in the order of the plan's shapes. */
export type Blobs = ReadonlyMap<string, Float32Array>;

/** The value of every operation by its name. `inputs` are maps by the name of the input. */
export function interpret(
  plan: Plan,
  blobs: Blobs,
  inputs: Readonly<Record<string, FeatureMap>>,
): Map<string, FeatureMap> {
  const values = new Map<string, FeatureMap>();
  const blob = (name: string): Float32Array => {
    const found = blobs.get(name);
    if (found === undefined) throw new Error(`no blob ${name}`);
    return found;
  };
  for (const operation of plan.operations) {
    const taken = operation.inputs.map((name) => {
      const value = values.get(name);
      if (value === undefined) throw new Error(`${operation.name} runs before ${name}`);
      return value;
    });
    const value =
      operation.op === "input" ? inputs[operation.layer] : run(operation, taken as [FeatureMap, ...FeatureMap[]], blob);
    if (value === undefined) throw new Error(`no input ${operation.layer}`);
    if (value.channels !== operation.channels) throw new Error(`${operation.name} has ${value.channels} channels`);
    values.set(operation.name, value);
  }
  return values;
}

type Blob = (name: string) => Float32Array;

function run(
  operation: Exclude<Operation, OperationOf<"input">>,
  inputs: readonly [FeatureMap, ...FeatureMap[]],
  blob: Blob,
): FeatureMap {
  const [x] = inputs;
  switch (operation.op) {
    case "preprocess":
      return mapOf(x.channels, x.height, x.width, (c, y, i) => {
        const value = x.at(operation.reverse ? x.channels - 1 - c : c, y, i);
        const scale = operation.scale[c] ?? 1;
        return scale * (operation.log ? Math.log(value) : value) + (operation.offset[c] ?? 0);
      });
    case "pad": {
      const [top, bottom] = operation.vertical;
      const [left, right] = operation.horizontal;
      return mapOf(x.channels, x.height + top + bottom, x.width + left + right, (c, y, i) => {
        const inside = y >= top && y < top + x.height && i >= left && i < left + x.width;
        if (operation.mode === "constant") return inside ? x.at(c, y - top, i - left) : operation.value;
        return x.at(c, reflect(y - top, x.height), reflect(i - left, x.width));
      });
    }
    case "conv":
      return convolve(x, operation, blob(operation.weight), operation.bias === null ? null : blob(operation.bias));
    case "deconv":
      return deconvolve(x, operation, blob(operation.weight), operation.bias === null ? null : blob(operation.bias));
    case "upsample": {
      const weight = blob(operation.weight);
      const perGroup = weight.length / (x.channels * operation.kernel[0] * operation.kernel[1]);
      return deconvolve(
        x,
        { ...operation, dilation: [1, 1], groups: operation.channels / perGroup, channels: operation.channels },
        weight,
        null,
      );
    }
    case "pool":
      return pool(x, operation);
    case "globalpool":
      return mapOf(x.channels, 1, 1, (c) => {
        const units = x.data.subarray(c * x.height * x.width, (c + 1) * x.height * x.width);
        if (operation.method === "max") return units.reduce((most, value) => Math.max(most, value), -Infinity);
        return units.reduce((sum, value) => sum + value, 0) / units.length;
      });
    case "resize":
      return resize(x, operation, inputs[1]);
    case "crop": {
      const reference = inputs[1];
      if (reference === undefined) throw new Error(`${operation.name} has no reference`);
      const [dy, dx] = operation.offset;
      return mapOf(x.channels, reference.height, reference.width, (c, y, i) => x.at(c, y + dy, i + dx));
    }
    case "sum":
      return mapOf(x.channels, x.height, x.width, (c, y, i) =>
        inputs.reduce((sum, input, index) => sum + (operation.coefficients[index] ?? 1) * input.at(c, y, i), 0),
      );
    case "product":
      return mapOf(x.channels, x.height, x.width, (c, y, i) =>
        inputs.reduce((product, input) => product * input.at(c, y, i), 1),
      );
    case "concat": {
      const result = emptyMap(operation.channels, x.height, x.width);
      let at = 0;
      for (const input of inputs) {
        result.data.set(input.data, at);
        at += input.data.length;
      }
      return result;
    }
    case "activation":
      return x.map(ACTIVATIONS[operation.function]);
    case "leaky":
      return x.map((value) => (value > 0 ? value : operation.slope * value));
    case "prelu": {
      const slopes = blob(operation.weight);
      return mapOf(x.channels, x.height, x.width, (c, y, i) => {
        const value = x.at(c, y, i);
        return value > 0 ? value : (slopes[c] ?? 0) * value;
      });
    }
    case "dropout":
      return x;
    case "scale": {
      const weight = blob(operation.weight);
      const bias = operation.bias === null ? null : blob(operation.bias);
      return mapOf(x.channels, x.height, x.width, (c, y, i) => x.at(c, y, i) * (weight[c] ?? 0) + (bias?.[c] ?? 0));
    }
    case "batchnorm": {
      const [weight, bias, mean, variance] = [operation.weight, operation.bias, operation.mean, operation.variance].map(
        blob,
      ) as [Float32Array, Float32Array, Float32Array, Float32Array];
      return mapOf(x.channels, x.height, x.width, (c, y, i) => {
        const normal = (x.at(c, y, i) - (mean[c] ?? 0)) / Math.sqrt((variance[c] ?? 0) + operation.epsilon);
        return normal * (weight[c] ?? 0) + (bias[c] ?? 0);
      });
    }
    case "lrn": {
      const half = (operation.size - 1) / 2;
      return mapOf(x.channels, x.height, x.width, (c, y, i) => {
        let squares = 0;
        for (let other = Math.max(0, c - half); other <= Math.min(x.channels - 1, c + half); other++)
          squares += x.at(other, y, i) ** 2;
        return x.at(c, y, i) / (operation.k + (operation.alpha / operation.size) * squares) ** operation.beta;
      });
    }
    case "softmax":
      return softmax(x);
  }
}

const ACTIVATIONS = {
  relu: (value: number) => Math.max(0, value),
  relu6: (value: number) => Math.min(6, Math.max(0, value)),
  sigmoid: (value: number) => 1 / (1 + Math.exp(-value)),
  tanh: (value: number) => Math.tanh(value),
  elu: (value: number) => (value > 0 ? value : Math.expm1(value)),
  hardsigmoid: (value: number) => Math.min(6, Math.max(0, value + 3)) / 6,
  hardswish: (value: number) => (value * Math.min(6, Math.max(0, value + 3))) / 6,
};

/** About the outermost pixel, which is not repeated. */
const reflect = (at: number, size: number): number => (at < 0 ? -at : at >= size ? 2 * (size - 1) - at : at);

function softmax(x: FeatureMap): FeatureMap {
  const channels = Array.from({ length: x.channels }, (_, c) => c);
  return mapOf(x.channels, x.height, x.width, (c, y, i) => {
    const most = Math.max(...channels.map((other) => x.at(other, y, i)));
    const sum = channels.reduce((total, other) => total + Math.exp(x.at(other, y, i) - most), 0);
    return Math.exp(x.at(c, y, i) - most) / sum;
  });
}

/** Indices of the largest channel, the first of equal ones, [H, W]. */
export function argmax(x: FeatureMap): Int32Array {
  const result = new Int32Array(x.height * x.width);
  for (let y = 0; y < x.height; y++)
    for (let i = 0; i < x.width; i++) {
      let best = 0;
      for (let c = 1; c < x.channels; c++) if (x.at(c, y, i) > x.at(best, y, i)) best = c;
      result[y * x.width + i] = best;
    }
  return result;
}
