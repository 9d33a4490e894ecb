/** Values of a graph that is run eagerly: on a backend of TF.js, or in plain numbers beside it. */
import type * as Core from "@tensorflow/tfjs-core";
import type { NativeNode } from "../../../targets/tfjs-node/graph.js";

/** TF.js, with one of its backends switched on. */
export type TensorFlow = typeof Core;
export type Tensor = Core.Tensor;
/** Core's types tell ranks apart; the nodes of a graph have the ranks that their operations demand. */
export type Rank4 = Core.Tensor4D;

export type HostType = "float32" | "int32" | "int64" | "bool";

/** Sizes, indices, rates, labels: what is computed in JavaScript, so that no backend need be waited for. */
export class HostValue {
  constructor(
    readonly dtype: HostType,
    readonly shape: readonly number[],
    /** Row-major; booleans are 0 and 1. */
    readonly values: ArrayLike<number>,
  ) {}

  static integers(values: readonly number[]): HostValue {
    return new HostValue("int32", [values.length], values);
  }

  static scalar(dtype: HostType, value: number): HostValue {
    return new HostValue(dtype, [], [value]);
  }
}

export type Value = HostValue | Tensor;

export const sizeOf = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);

/** What a kernel is given: a node with its inputs. */
export interface Call {
  readonly core: TensorFlow;
  readonly node: NativeNode;
  /** Whether kernels for gradients of convolutions are composed of others, as the backend lacks them. */
  readonly isComposed: boolean;
  /** How many of its inputs are values; others only order it. */
  readonly count: number;
  value(position: number): Value;
  /** On the backend, whatever it was before. */
  tensor(position: number): Tensor;
  /** Numbers that are known without asking the backend. */
  numbers(position: number): number[];
}

/** One operation: its outputs, in order. Tensors that it makes on the way are freed when it is done. */
export type Kernel = (call: Call) => Value | readonly Value[];

export function toTensor(core: TensorFlow, value: Value): Tensor {
  if (!(value instanceof HostValue)) return value;
  const { dtype, shape, values } = value;
  if (dtype === "float32") return core.tensor(Float32Array.from(values), [...shape], "float32");
  if (dtype === "bool") return core.tensor(Uint8Array.from(values), [...shape], "bool");
  return core.tensor(Int32Array.from(values), [...shape], "int32");
}
