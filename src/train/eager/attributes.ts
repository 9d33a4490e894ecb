import type { ConstantValue, NativeNode } from "../../../targets/tfjs-node/graph.js";

/** Attributes of a node by their types; what is left out has TensorFlow's default, which the caller names. */

export function flagOf({ attributes }: NativeNode, key: string): boolean {
  const value = attributes[key];
  return value !== undefined && "b" in value && value.b;
}

export function numberOf({ attributes }: NativeNode, key: string, otherwise = 0): number {
  const value = attributes[key];
  if (value !== undefined && "i" in value) return Number(value.i);
  return value !== undefined && "f" in value ? value.f : otherwise;
}

export function textOf({ attributes }: NativeNode, key: string): string {
  const value = attributes[key];
  return value !== undefined && "s" in value ? atob(value.s) : "";
}

export function numbersOf({ attributes }: NativeNode, key: string): number[] {
  const value = attributes[key];
  return value !== undefined && "list" in value ? (value.list.i ?? []).map(Number) : [];
}

export function constantOf({ name, attributes }: NativeNode): ConstantValue {
  const value = attributes["value"];
  if (value === undefined || !("constant" in value)) throw new RangeError(`${name} is a constant without numbers`);
  return value.constant;
}

export function typeOf({ attributes }: NativeNode, key: string): string {
  const value = attributes[key];
  if (value === undefined) return "float32";
  if ("element" in value) return value.element;
  return "type" in value && value.type === "DT_INT32" ? "int32" : "float32";
}
