/** Operations in plain numbers, as TensorFlow defines them: for shapes, indices, labels, rates and matrices made of these. */
import { constantOf, numberOf, typeOf } from "./attributes.js";
import { binary, broadcastShape, unary } from "./host-elementwise.js";
import { uniform } from "./philox.js";
import { HostValue, sizeOf, type Call, type HostType, type Kernel } from "./value.js";

const hostAt = (call: Call, position: number): HostValue => {
  const value = call.value(position);
  if (!(value instanceof HostValue))
    throw new RangeError(`${call.node.name}: input ${position} is not known beforehand`);
  return value;
};

const pairwise =
  (rule: (left: number, right: number) => number, result?: HostType): Kernel =>
  (call) =>
    binary(hostAt(call, 0), hostAt(call, 1), rule, result);

const each =
  (rule: (value: number) => number): Kernel =>
  (call) =>
    unary(hostAt(call, 0), rule);

const truth = (is: boolean): number => (is ? 1 : 0);

const constant: Kernel = ({ node }) => {
  const { dtype, shape, values } = constantOf(node);
  return new HostValue(dtype, shape, dtype === "float32" ? Float32Array.from(values) : values);
};

const shape: Kernel = (call) => HostValue.integers([...call.value(0).shape]);

const reshape: Kernel = (call) => {
  const { dtype, values } = hostAt(call, 0);
  return new HostValue(dtype, wholeShape(call.numbers(1), values.length), values);
};

/** A shape in which one size may be -1: what is left for it. */
export function wholeShape(shape: readonly number[], elements: number): number[] {
  const known = shape.reduce((product, size) => (size < 0 ? product : product * size), 1);
  return shape.map((size) => (size < 0 ? (known === 0 ? 0 : elements / known) : size));
}

const cast: Kernel = (call) => {
  const to = typeOf(call.node, "DstT") as HostType;
  const { shape: size, values } = hostAt(call, 0);
  return new HostValue(to, size, to === "float32" ? Float32Array.from(values) : Array.from(values, Math.trunc));
};

/** Scalars along axis 0, or vectors as columns along axis 1. */
const pack: Kernel = (call) => {
  const parts = Array.from({ length: call.count }, (_, position) => hostAt(call, position));
  const dtype = parts[0]?.dtype ?? "int32";
  const length = parts[0]?.values.length ?? 0;
  if (numberOf(call.node, "axis") === 0)
    return new HostValue(
      dtype,
      [parts.length, ...(parts[0]?.shape ?? [])],
      parts.flatMap(({ values }) => Array.from(values)),
    );
  const rows = Array.from({ length }, (_, row) => parts.map(({ values }) => values[row] ?? 0));
  return new HostValue(dtype, [length, parts.length], rows.flat());
};

const range: Kernel = (call) => {
  const [[start = 0], [limit = 0], [step = 1]] = [call.numbers(0), call.numbers(1), call.numbers(2)];
  const length = Math.max(0, Math.ceil((limit - start) / step));
  return HostValue.integers(Array.from({ length }, (_, index) => start + step * index));
};

/** Of a vector or a matrix. */
const slice: Kernel = (call) => {
  const { dtype, shape: whole, values } = hostAt(call, 0);
  const begin = call.numbers(1);
  const size = call.numbers(2).map((extent, axis) => (extent < 0 ? (whole[axis] ?? 0) - (begin[axis] ?? 0) : extent));
  const [rows = 1, columns = 1] = size.length === 1 ? [1, ...size] : size;
  const [top = 0, left = 0] = begin.length === 1 ? [0, ...begin] : begin;
  const width = whole.at(-1) ?? 1;
  const taken = Array.from({ length: rows * columns }, (_, index) => {
    return values[(top + Math.floor(index / columns)) * width + left + (index % columns)] ?? 0;
  });
  return new HostValue(dtype, size, taken);
};

/** One element of a vector, as a scalar. */
const element: Kernel = (call) => {
  const { dtype, values } = hostAt(call, 0);
  const [at = 0] = call.numbers(1);
  if (numberOf(call.node, "shrink_axis_mask") !== 1) throw new RangeError(`${call.node.name}: a slice of numbers`);
  return HostValue.scalar(dtype, values[at] ?? 0);
};

const invert: Kernel = (call) => {
  const order = call.numbers(0);
  return HostValue.integers(order.map((_, axis) => order.indexOf(axis)));
};

/** The axes over which the gradients of two operands are summed, as one was stretched over the other. */
const stretched: Kernel = (call) => {
  const shapes = [call.numbers(0), call.numbers(1)];
  const whole = broadcastShape(shapes[0] ?? [], shapes[1] ?? []);
  return shapes.map((own) => {
    const missing = whole.length - own.length;
    return HostValue.integers(whole.flatMap((_, axis) => (axis < missing || own[axis - missing] === 1 ? [axis] : [])));
  });
};

const gather: Kernel = (call) => {
  const [{ dtype, values }, { shape: size, values: at }] = [hostAt(call, 0), hostAt(call, 1)];
  return new HostValue(
    dtype,
    size,
    Float32Array.from(at, (index) => values[index] ?? Number.NaN),
  );
};

const select: Kernel = (call) => {
  const [condition, left, right] = [hostAt(call, 0), hostAt(call, 1), hostAt(call, 2)];
  const pick = ({ values }: HostValue, index: number): number => values[values.length === 1 ? 0 : index] ?? 0;
  const chosen = Array.from(condition.values, (is, index) => pick(is === 0 ? right : left, index));
  return new HostValue(left.dtype, condition.shape, chosen);
};

/** Over all of a vector. */
const sum: Kernel = (call) => {
  const { shape: size, values } = hostAt(call, 0);
  if (size.length !== 1) throw new RangeError(`${call.node.name}: a sum of a vector was expected`);
  return HostValue.scalar("float32", Math.fround(Array.from(values).reduce((total, value) => total + value, 0)));
};

const random: Kernel = (call) => {
  const size = call.numbers(0);
  const [first = 0, second = 0] = call.numbers(1);
  return new HostValue("float32", size, uniform(sizeOf(size), [first, second]));
};

/** By operation of TensorFlow; run where all inputs are such values. */
export const HOST_KERNELS: Readonly<Record<string, Kernel>> = {
  Abs: each(Math.abs),
  AddV2: pairwise((left, right) => left + right),
  BroadcastGradientArgs: stretched,
  Cast: cast,
  Ceil: each(Math.ceil),
  Const: constant,
  DivNoNan: pairwise((left, right) => (right === 0 ? 0 : left / right)),
  FloorDiv: pairwise((left, right) => Math.floor(left / right)),
  FloorMod: pairwise((left, right) => left - right * Math.floor(left / right)),
  GatherV2: gather,
  GreaterEqual: pairwise((left, right) => truth(left >= right), "bool"),
  Identity: (call) => hostAt(call, 0),
  InvertPermutation: invert,
  Less: pairwise((left, right) => truth(left < right), "bool"),
  Maximum: pairwise(Math.max),
  Minimum: pairwise(Math.min),
  Mul: pairwise((left, right) => left * right),
  Neg: each((value) => -value),
  NotEqual: pairwise((left, right) => truth(left !== right), "bool"),
  Pack: pack,
  Pow: pairwise(Math.pow),
  Range: range,
  RealDiv: pairwise((left, right) => left / right),
  Relu: each((value) => Math.max(0, value)),
  Reshape: reshape,
  SelectV2: select,
  Slice: slice,
  StatelessRandomUniform: random,
  StridedSlice: element,
  Sub: pairwise((left, right) => left - right),
  Sum: sum,
};

/** The one operation that takes a value from a backend and needs none of its numbers. */
export const SHAPE_KERNEL: Kernel = shape;
