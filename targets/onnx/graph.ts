import type { Attribute, ElementType, Initializer, Node } from "./proto.js";

/** Where an initializer's numbers come from. */
export type Contents =
  | { readonly kind: "values"; readonly values: readonly number[] }
  /** A tensor of the plan, whole and in its own order: ONNX lays kernels out as the plan does, OIHW and IOHW. */
  | { readonly kind: "tensor"; readonly tensor: string };

export interface Constant extends Initializer {
  readonly contents: Contents;
}

/**
 * Collects the nodes of an ONNX graph in an order in which they can be run. Values are named by strings; every node has
 * one output, of its own name. Whole numbers are int64 vectors of one element, as ONNX's own arithmetic on shapes has
 * them.
 */
export class Graph {
  readonly nodes: Node[] = [];
  readonly constants: Constant[] = [];
  readonly #taken: Set<string>;
  readonly #unused: Set<string>;
  readonly #shared = new Map<string, string>();

  /**
   * @param reserved names that are given to nodes later: parts never take them
   * @param tensors names of the plan's tensors, which initializers bear where no node does
   */
  constructor(reserved: Iterable<string>, tensors: Iterable<string>) {
    const nodes = new Set(reserved);
    this.#unused = new Set([...tensors].filter((name) => !nodes.has(name)));
    this.#taken = new Set([...nodes, ...this.#unused]);
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
  node(
    name: string,
    op: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, Attribute>> = {},
  ): string {
    this.nodes.push({ name, op, inputs, attributes });
    return name;
  }

  /** A tensor of the plan, read as this shape. The same one is one initializer, whoever asks for it. */
  weight(tensor: string, shape: readonly number[]): string {
    return this.#constant(`tensor ${tensor} ${shape.join()}`, tensor, {
      type: "float32",
      shape,
      contents: { kind: "tensor", tensor },
    });
  }

  /** An int64 vector. */
  integers(values: readonly number[]): string {
    return this.#values("int64", [values.length], values);
  }

  /** float32 numbers of this shape; [] is a scalar. */
  floats(values: readonly number[], shape: readonly number[] = [values.length]): string {
    return this.#values("float32", shape, values);
  }

  #values(type: ElementType, shape: readonly number[], values: readonly number[]): string {
    return this.#constant(`${type} ${shape.join()} ${values.join()}`, null, {
      type,
      shape,
      contents: { kind: "values", values },
    });
  }

  #constant(key: string, tensor: string | null, constant: Pick<Constant, "type" | "shape" | "contents">): string {
    let name = this.#shared.get(key);
    if (name === undefined) {
      // A tensor that is read in two shapes is there twice.
      const isFirst = tensor !== null && this.#unused.delete(tensor);
      name = isFirst ? tensor : this.part("constant", tensor ?? "number");
      this.#shared.set(key, name);
      const count = constant.shape.reduce((product, size) => product * size, 1);
      this.constants.push({ ...constant, name, bytes: count * (constant.type === "int64" ? 8 : 4) });
    }
    return name;
  }
}
