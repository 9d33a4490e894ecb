import type { Tensor } from "../../src/model/plan.js";
import type { KernelLayout } from "../web/graph.js";
import { FLOAT, type NativeGraph } from "./graph.js";

/** A variable of the graph: a weight, or what an optimizer keeps for one. */
export interface Variable {
  /** Unique: the tensor's name, or `<tensor>/momentum`. */
  readonly name: string;
  /** As it is read and written: in the plan's layout. */
  readonly shape: readonly number[];
  /** The node of its handle. */
  readonly handle: string;
  /** As the graph has it: a kernel [A, B, kh, kw] is [kh, kw, B, A], HWIO of a convolution and HWOI of a deconvolution. */
  readonly nativeShape: readonly number[];
}

/** Adds a variable for a tensor, or for what is kept beside it. */
export function variable(graph: NativeGraph, name: string, { role, shape }: Tensor): Variable {
  const nativeShape = role === "vector" ? shape : TO_NATIVE.map((axis) => shape[axis] ?? 1);
  const handle = graph.node(`variable/${name}`, "VarHandleOp", [], {
    dtype: FLOAT,
    shape: { shape: { dim: nativeShape.map((size) => ({ size: String(size) })) } },
    shared_name: { s: btoa(`variable/${name}`) },
  });
  return { name, shape, handle, nativeShape };
}

export const readVariable = (graph: NativeGraph, name: string, { handle }: Variable): string =>
  graph.node(name, "ReadVariableOp", [handle], { dtype: FLOAT });

export const assignVariable = (graph: NativeGraph, name: string, { handle }: Variable, value: string): string =>
  graph.node(name, "AssignVariableOp", [handle, value], { dtype: FLOAT });

/** Zeros in the variable's shape. */
export const zeros = (graph: NativeGraph, name: string, { nativeShape }: Variable): string =>
  graph.node(name, "Fill", [graph.integers(nativeShape), graph.float(0)], { T: FLOAT });

const TO_NATIVE = [2, 3, 1, 0];
const TO_PLAN = [3, 2, 0, 1];

/** The variable's value in the plan's layout. */
export function inPlanLayout(graph: NativeGraph, name: string, { shape }: Variable, value: string): string {
  return shape.length === 4 ? graph.transpose(name, value, TO_PLAN) : graph.typed(name, "Identity", [value]);
}

/** A value in the plan's layout as the variable has it. */
export function inNativeLayout(graph: NativeGraph, name: string, { shape }: Variable, value: string): string {
  return shape.length === 4 ? graph.transpose(name, value, TO_NATIVE) : value;
}

/**
 * The weights of one run of a graph: each variable is read once, and cut, spread and reshaped as the operations of the
 * net want it. All of these are operations that have gradients.
 */
export class WeightValues {
  readonly #reads = new Map<string, string>();
  readonly #parts = new Map<string, readonly string[]>();

  constructor(
    private readonly graph: NativeGraph,
    private readonly prefix: string,
    private readonly variables: ReadonlyMap<string, Variable>,
  ) {}

  /** The nodes that read variables, by tensor. */
  get reads(): ReadonlyMap<string, string> {
    return this.#reads;
  }

  /** Elements `start` to `end` of a vector. */
  vector(tensor: string, start: number, end: number): string {
    return this.#group(tensor, start, end);
  }

  /** A kernel, in the shape [kh, kw, ...] that its operation wants. */
  kernel({ tensor, start, end, dilation }: KernelLayout, shape: readonly number[]): string {
    const group = this.#group(tensor, start, end);
    const name = `${this.prefix}/weight/${tensor}`;
    const [height = 1, width = 1, inner = 1] = this.#variable(tensor).nativeShape;
    const isSpread = dilation.some((distance) => distance > 1);
    const spread = isSpread ? this.#spread(`${name}/spread`, group, [height, width], dilation) : group;
    if (!isSpread && shape[2] === inner) return spread;
    return this.graph.reshape(`${name}/shaped`, spread, this.graph.integers(shape));
  }

  /** Rows of the plan's first axis, which is the last one here: one of equal parts. */
  #group(tensor: string, start: number, end: number): string {
    const { nativeShape } = this.#variable(tensor);
    const rows = nativeShape.at(-1) ?? 1;
    const count = rows / (end - start);
    if (count === 1) return this.#read(tensor);
    const key = `${tensor} ${count}`;
    let parts = this.#parts.get(key);
    if (parts === undefined) {
      const name = `${this.prefix}/weight/${tensor}/groups`;
      const inputs = [this.graph.integers(nativeShape.length - 1), this.#read(tensor)];
      const split = this.graph.node(name, "Split", inputs, { T: FLOAT, num_split: { i: String(count) } });
      parts = Array.from({ length: count }, (_, part) => (part === 0 ? split : `${split}:${part}`));
      this.#parts.set(key, parts);
    }
    return parts[start / (end - start)] as string;
  }

  /**
   * Zeros between the taps of a kernel: a product with a matrix of ones and zeros, [taps of the result, taps], so that
   * its gradient is a product as well. The result is flat: [taps, rest].
   */
  #spread(name: string, kernel: string, size: readonly [number, number], dilation: readonly [number, number]): string {
    const { graph } = this;
    const [height, width] = size;
    const [tall, wide] = [dilation[0] * (height - 1) + 1, dilation[1] * (width - 1) + 1];
    const values = Array<number>(tall * wide * height * width).fill(0);
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++)
        values[(y * dilation[0] * wide + x * dilation[1]) * height * width + y * width + x] = 1;
    const places = graph.constant({ dtype: "float32", shape: [tall * wide, height * width], values });
    const flat = graph.reshape(`${name}/flat`, kernel, graph.integers([height * width, -1]));
    return graph.typed(name, "MatMul", [places, flat]);
  }

  #read(tensor: string): string {
    let read = this.#reads.get(tensor);
    if (read === undefined) {
      read = readVariable(this.graph, `${this.prefix}/weight/${tensor}`, this.#variable(tensor));
      this.#reads.set(tensor, read);
    }
    return read;
  }

  #variable(tensor: string): Variable {
    const found = this.variables.get(tensor);
    if (found === undefined) throw new RangeError(`the graph has no variable ${tensor}`);
    return found;
  }
}
