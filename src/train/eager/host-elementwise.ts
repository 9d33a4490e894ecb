import { HostValue, sizeOf, type HostType } from "./value.js";

export function unary({ dtype, shape, values }: HostValue, rule: (value: number) => number): HostValue {
  const results = listFor(dtype, values.length);
  for (let index = 0; index < values.length; index++) results[index] = rule(values[index] ?? 0);
  return new HostValue(dtype, shape, results);
}

/** Element by element; an operand of size 1 along an axis, or without it, is stretched along it. */
export function binary(
  left: HostValue,
  right: HostValue,
  rule: (left: number, right: number) => number,
  result: HostType = left.dtype,
): HostValue {
  const shape = broadcastShape(left.shape, right.shape);
  const [leftAt, rightAt] = [placesOf(left.shape, shape), placesOf(right.shape, shape)];
  const results = listFor(result, sizeOf(shape));
  for (let index = 0; index < results.length; index++)
    results[index] = rule(left.values[leftAt(index)] ?? 0, right.values[rightAt(index)] ?? 0);
  return new HostValue(result, shape, results);
}

/** float32 is rounded as it is written. */
const listFor = (dtype: HostType, length: number): Float32Array | number[] =>
  dtype === "float32" ? new Float32Array(length) : Array<number>(length).fill(0);

/** @throws {RangeError} where two shapes cannot be stretched to one. */
export function broadcastShape(left: readonly number[], right: readonly number[]): number[] {
  const rank = Math.max(left.length, right.length);
  return Array.from({ length: rank }, (_, axis) => {
    const [a = 1, b = 1] = [left[axis - rank + left.length], right[axis - rank + right.length]];
    if (a !== b && a !== 1 && b !== 1) throw new RangeError(`[${left.join()}] and [${right.join()}] do not fit`);
    return a === 1 ? b : a;
  });
}

/** For an element of `shape`, where it is in an operand of a shape that is stretched to it. */
function placesOf(own: readonly number[], shape: readonly number[]): (index: number) => number {
  if (sizeOf(own) === sizeOf(shape)) return (index) => index;
  if (sizeOf(own) === 1) return () => 0;
  const missing = shape.length - own.length;
  return (index) => {
    let [rest, place, stride] = [index, 0, 1];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const size = shape[axis] ?? 1;
      const at = rest % size;
      rest = (rest - at) / size;
      const extent = axis < missing ? 1 : (own[axis - missing] ?? 1);
      if (extent > 1) place += at * stride;
      stride *= extent;
    }
    return place;
  };
}
