import { attribute, type Attribute, type DataType, type NodeDef } from "./model-json.js";

/**
 * What a Const holds: numbers that the compiler knows, or a kernel that is read from the weights when they are
 * written, laid out anew.
 */
export type Contents =
  | { readonly kind: "values"; readonly values: readonly number[] }
  | { readonly kind: "kernel"; readonly kernel: KernelLayout }
  | { readonly kind: "vector"; readonly tensor: string; readonly start: number; readonly end: number };

/**
 * Part of a tensor [A, B, kh, kw] of the plan (OIHW of a convolution, IOHW of a deconvolution), as [kh, kw, B, A]: HWIO
 * of a convolution, and what Conv2DBackpropInput calls HWOI.
 */
export interface KernelLayout {
  readonly tensor: string;
  /** Rows of the first axis: all of them, or those of one group. */
  readonly start: number;
  readonly end: number;
  /** [y, x]: more than 1 puts zeros between the taps, for kernels that a backend cannot dilate itself. */
  readonly dilation: readonly [number, number];
}

export interface Constant {
  readonly name: string;
  readonly dtype: DataType;
  readonly shape: readonly number[];
  readonly contents: Contents;
}

/**
 * Collects the nodes of a graph. Values are named by strings: a node's name, or `name:1` for its second output.
 * Nodes that only some outputs need cost nothing when others are asked for, as TF.js runs what it must.
 */
export class Graph {
  readonly nodes: NodeDef[] = [];
  readonly constants: Constant[] = [];
  readonly #taken: Set<string>;
  readonly #shared = new Map<string, string>();
  #numbers = 0;

  /** @param reserved names that are given to nodes later: parts never take them. */
  constructor(reserved: Iterable<string>) {
    this.#taken = new Set(reserved);
  }

  /** A name for a part of a layer: `<layer>/<part>`, with a number where that is taken. */
  part(layer: string, part: string): string {
    const base = `${layer}/${part}`;
    let name = base;
    for (let number = 2; this.#taken.has(name); number++) name = `${base}_${number}`;
    this.#taken.add(name);
    return name;
  }

  /** Adds a node under exactly this name, which is a reserved one or comes from `part`. Returns the name. */
  node(name: string, op: string, input: readonly string[], attr: Readonly<Record<string, Attribute>> = {}): string {
    this.nodes.push({ name, op, input, attr });
    return name;
  }

  /** A tensor that is read from the weights, as `<layer>/<part>`. The same one is one node, whoever asks for it. */
  weight(layer: string, part: string, shape: readonly number[], contents: Contents): string {
    const key = JSON.stringify([shape, contents]);
    let name = this.#shared.get(key);
    if (name === undefined) {
      name = this.#constant({ name: this.part(layer, part), dtype: "float32", shape, contents });
      this.#shared.set(key, name);
    }
    return name;
  }

  /** int32 numbers: a scalar, or a vector for an array. Equal ones are one node. */
  integers(values: number | readonly number[]): string {
    return this.#values("int32", typeof values === "number" ? [] : [values.length], [values].flat());
  }

  floats(values: number | readonly number[]): string {
    return this.#values("float32", typeof values === "number" ? [] : [values.length], [values].flat());
  }

  /** A filter [1, 1, I, O] that only moves channels: output `o` is input `order[o]`. */
  permutation(order: readonly number[]): string {
    const values = order.flatMap((_, input) => order.map((from) => (from === input ? 1 : 0)));
    return this.#values("float32", [1, 1, order.length, order.length], values);
  }

  /** An int32 matrix [rows, 2], as paddings are given. */
  pairs(pairs: readonly (readonly [number, number])[]): string {
    return this.#values("int32", [pairs.length, 2], pairs.flat());
  }

  #values(dtype: DataType, shape: readonly number[], values: readonly number[]): string {
    const key = `${dtype} ${shape.join()} ${values.join()}`;
    let name = this.#shared.get(key);
    if (name === undefined) {
      name = this.#constant({
        name: this.part("constant", String(++this.#numbers)),
        dtype,
        shape,
        contents: { kind: "values", values },
      });
      this.#shared.set(key, name);
    }
    return name;
  }

  #constant(constant: Constant): string {
    this.constants.push(constant);
    this.nodes.push({
      name: constant.name,
      op: "Const",
      attr: {
        dtype: attribute.type(constant.dtype),
        value: attribute.tensor(constant.dtype, constant.shape),
      },
    });
    return constant.name;
  }
}
