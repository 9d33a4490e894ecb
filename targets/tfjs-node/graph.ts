import type { Attribute } from "../web/model-json.js";

/** Element types of native TensorFlow, as far as training needs them. */
export type ElementType = "float32" | "int32" | "int64" | "bool" | "resource";

/** What a Const holds. */
export interface ConstantValue {
  readonly dtype: "float32" | "int32" | "int64";
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

/** Those of a graph model, and what it has no need of: more element types, and numbers in the graph itself. */
export type NativeAttribute = Attribute | { readonly element: ElementType } | { readonly constant: ConstantValue };

export interface NativeNode {
  readonly name: string;
  readonly op: string;
  /** `name`, `name:1` for a further output, `^name` to run after it. */
  readonly inputs: readonly string[];
  readonly attributes: Readonly<Record<string, NativeAttribute>>;
}

/**
 * A graph of native TensorFlow: nodes in an order in which they can be run. Values are named by strings, as in
 * `targets/web/graph.ts`: a node's name, or `name:1` for its second output.
 */
export class NativeGraph {
  readonly nodes: NativeNode[] = [];
  readonly #byName = new Map<string, NativeNode>();
  readonly #constants = new Map<string, string>();

  /** Adds a node, with a number after its name where that is taken. Returns the name. */
  node(
    name: string,
    op: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, NativeAttribute>> = {},
  ): string {
    let free = name;
    for (let number = 2; this.#byName.has(free); number++) free = `${name}_${number}`;
    const node = { name: free, op, inputs, attributes };
    this.nodes.push(node);
    this.#byName.set(free, node);
    return free;
  }

  /** The node that a value is an output of. */
  nodeOf(value: string): NativeNode {
    const node = this.#byName.get(nodeName(value));
    if (node === undefined) throw new RangeError(`the graph has no node ${value}`);
    return node;
  }

  /** Equal constants are one node. */
  constant(constant: ConstantValue): string {
    const key = JSON.stringify(constant);
    let name = this.#constants.get(key);
    if (name === undefined) {
      const attributes = { dtype: element(constant.dtype), value: { constant } };
      this.#constants.set(key, (name = this.node("constant", "Const", [], attributes)));
    }
    return name;
  }

  /** A float32 scalar. */
  float(value: number): string {
    return this.constant({ dtype: "float32", shape: [], values: [value] });
  }

  /** int32: a scalar, or a vector for an array. */
  integers(values: number | readonly number[]): string {
    const shape = typeof values === "number" ? [] : [values.length];
    return this.constant({ dtype: "int32", shape, values: [values].flat() });
  }

  /** The shape of a float32 value, int32. */
  shapeOf(value: string, name: string): string {
    return this.node(name, "Shape", [value], { T: FLOAT, out_type: INT });
  }

  /** Float32 or, where `type` says so, another: an operation whose one attribute is its type. */
  typed(name: string, op: string, inputs: readonly string[], type: NativeAttribute = FLOAT): string {
    return this.node(name, op, inputs, { T: type });
  }

  cast(name: string, value: string, from: ElementType, to: ElementType): string {
    return this.node(name, "Cast", [value], { SrcT: element(from), DstT: element(to) });
  }

  reshape(name: string, value: string, shape: string, type: NativeAttribute = FLOAT): string {
    return this.node(name, "Reshape", [value, shape], { T: type, Tshape: INT });
  }

  transpose(name: string, value: string, order: readonly number[]): string {
    return this.node(name, "Transpose", [value, this.integers(order)], { T: FLOAT, Tperm: INT });
  }

  /** The sum over axes, int32 [n]. */
  sum(name: string, value: string, axes: string, keep = false): string {
    return this.node(name, "Sum", [value, axes], { T: FLOAT, Tidx: INT, keep_dims: { b: keep } });
  }

  /** int32 scalars as a vector. */
  pack(name: string, values: readonly string[], type: NativeAttribute = INT): string {
    return this.node(name, "Pack", values, { T: type, N: { i: String(values.length) }, axis: { i: "0" } });
  }

  /** Element `index` of an int32 vector, as a scalar. */
  at(name: string, vector: string, index: number): string {
    const inputs = [vector, this.integers([index]), this.integers([index + 1]), this.integers([1])];
    return this.node(name, "StridedSlice", inputs, { T: INT, Index: INT, shrink_axis_mask: { i: "1" } });
  }
}

export const element = (type: ElementType): NativeAttribute => ({ element: type });

export const FLOAT = element("float32");
export const INT = element("int32");
export const LONG = element("int64");

/** The node of a value, or of a control edge. */
export const nodeName = (value: string): string => value.replace(/^\^/, "").replace(/:\d+$/, "");

/** Which output of its node a value is. */
export const outputOf = (value: string): number => Number(/:(\d+)$/.exec(value)?.[1] ?? 0);

/** The value of a node's output. */
export const valueOf = (name: string, output: number): string => (output === 0 ? name : `${name}:${output}`);
