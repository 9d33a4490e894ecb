/**
 * The file format of a TF.js graph model: `model.json`, whose `modelTopology` is TensorFlow's GraphDef in protobuf's
 * JSON: strings in base64, integers of 64 bits as strings.
 */

import type { Quantization } from "./quantize.js";

export type DataType = "float32" | "int32";

export interface ModelJson {
  readonly format: "graph-model";
  readonly generatedBy: string;
  readonly convertedBy: null;
  readonly signature: Signature;
  readonly userDefinedMetadata: Readonly<Record<string, unknown>>;
  readonly modelTopology: GraphDef;
  readonly weightsManifest: readonly WeightsGroup[];
}

export interface GraphDef {
  readonly node: readonly NodeDef[];
  readonly library: Readonly<Record<string, never>>;
  readonly versions: { readonly producer: number };
}

export interface NodeDef {
  readonly name: string;
  readonly op: string;
  readonly input?: readonly string[];
  readonly attr?: Readonly<Record<string, Attribute>>;
}

export type Attribute =
  | { readonly type: "DT_FLOAT" | "DT_INT32" }
  | { readonly i: string }
  | { readonly f: number }
  | { readonly b: boolean }
  | { readonly s: string }
  | { readonly shape: TensorShape }
  | { readonly list: { readonly i?: readonly string[]; readonly s?: readonly string[] } }
  | { readonly tensor: { readonly dtype: "DT_FLOAT" | "DT_INT32"; readonly tensorShape: TensorShape } };

export interface TensorShape {
  /** `-1` for a size that is known at run time. */
  readonly dim: readonly { readonly size: string }[];
}

export interface Signature {
  readonly inputs: Readonly<Record<string, TensorInfo>>;
  readonly outputs: Readonly<Record<string, TensorInfo>>;
}

export interface TensorInfo {
  readonly name: string;
  readonly dtype: "DT_FLOAT" | "DT_INT32";
  readonly tensorShape: TensorShape;
}

export interface WeightsGroup {
  readonly paths: readonly string[];
  readonly weights: readonly WeightSpec[];
}

export interface WeightSpec {
  readonly name: string;
  readonly shape: readonly number[];
  /** Of the tensor in the graph. */
  readonly dtype: DataType;
  /** How it is stored where that is another type. */
  readonly quantization?: Quantization;
}

export const typeOf = (dtype: DataType): "DT_FLOAT" | "DT_INT32" => (dtype === "float32" ? "DT_FLOAT" : "DT_INT32");

export const shapeOf = (shape: readonly number[]): TensorShape => ({
  dim: shape.map((size) => ({ size: String(size) })),
});

/** Builders of attribute values, named by what they hold. */
export const attribute = {
  type: (dtype: DataType): Attribute => ({ type: typeOf(dtype) }),
  integer: (value: number): Attribute => ({ i: String(value) }),
  float: (value: number): Attribute => ({ f: value }),
  flag: (value: boolean): Attribute => ({ b: value }),
  text: (value: string): Attribute => ({ s: btoa(value) }),
  shape: (shape: readonly number[]): Attribute => ({ shape: shapeOf(shape) }),
  integers: (values: readonly number[]): Attribute => ({ list: { i: values.map(String) } }),
  texts: (values: readonly string[]): Attribute => ({ list: { s: values.map((value) => btoa(value)) } }),
  tensor: (dtype: DataType, shape: readonly number[]): Attribute => ({
    tensor: { dtype: typeOf(dtype), tensorShape: shapeOf(shape) },
  }),
};
