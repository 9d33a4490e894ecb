import { nearest } from "../../diagnostics/suggest.js";
import { elementsOf } from "../formats/stored.js";

interface Named {
  readonly name: string;
  readonly shape: readonly number[];
}

/**
 * Which of the others a tensor is likeliest to be under another name, or null. It has as many elements; its name is near,
 * or it is the only one with so many. Vectors of one length are many, so their names must be near.
 */
export function likeliest({ name, shape }: Named, others: readonly Named[]): string | null {
  const alike = others.filter((other) => elementsOf(other.shape) === elementsOf(shape));
  const near = nearest(
    name,
    alike.map((other) => other.name),
  );
  return near ?? (alike.length === 1 && shape.length > 1 ? (alike[0]?.name ?? null) : null);
}
