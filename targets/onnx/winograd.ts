import type { OperationOf, Plan } from "../../src/model/plan.js";
import { inputChannels, operandsOf, tensorOf, type Operands } from "../operands.js";
import type { Graph } from "./graph.js";
import { activation, type Activation } from "./pointwise.js";
import { attribute } from "./proto.js";
import { affine, length } from "./sizes.js";

/** Rows of the result that are computed together, of a kernel of three rows: Winograd's F(4, 3). */
const ROWS = 4;
const KERNEL_ROWS = 3;
/** Numbers of the map that a column of four results depends on, and products in its stead: 6, where plain sums take 12. */
const SPAN = ROWS + KERNEL_ROWS - 1;
/** Of fewer channels the sums cost little beside what is computed before and after them. */
const LEAST_CHANNELS = 16;

/**
 * Where the two polynomials are multiplied, beside infinity: dyadic, so that all but the kernel's matrix is exact in
 * float32. Of those tried they round the least: over 128 channels 1.6 times what plain sums do (0, 1, -1, 2, -2: 2.2 times).
 */
const POINTS = [0, 3 / 4, -3 / 4, 3 / 2, -3 / 2];

/** Coefficients of the product of (x - point), from the constant on. */
function monic(points: readonly number[]): number[] {
  let found = [1];
  for (const point of points) found = [0, ...found].map((lower, power) => lower - point * (found[power] ?? 0));
  return found;
}

const powers = (point: number, count: number): number[] => Array.from({ length: count }, (_, power) => point ** power);

/** The last of `count` alone: what counts at infinity. */
const highest = (count: number): number[] => Array.from({ length: count }, (_, at) => (at === count - 1 ? 1 : 0));

/**
 * Four sums over a window of three, y = result^T ((kernel g) * (map^T d)): Winograd's minimal filtering, which A. Lavin
 * and S. Gray, Fast Algorithms for Convolutional Neural Networks (2015), brought to nets. A line each for five points and
 * infinity: `map` of six, `kernel` of three, `result` of four numbers.
 */
export const FILTERING = {
  map: [...POINTS.map((point) => [...monic(others(point)), 0]), monic(POINTS)],
  kernel: [
    ...POINTS.map((point) => {
      const scale = others(point).reduce((product, other) => product * (point - other), 1);
      return powers(point, KERNEL_ROWS).map((power) => power / scale);
    }),
    highest(KERNEL_ROWS),
  ],
  result: [...POINTS.map((point) => powers(point, ROWS)), highest(ROWS)],
};

function others(point: number): number[] {
  return POINTS.filter((other) => other !== point);
}

/** Convolutions that are computed so: with kernels of three rows, at stride 1, of enough channels. */
export function winogradConvolutions(plan: Plan): ReadonlySet<string> {
  const operands = operandsOf(plan);
  const found = plan.operations.filter(
    (operation) =>
      operation.op === "conv" &&
      operation.kernel[0] === KERNEL_ROWS &&
      [...operation.stride, ...operation.dilation, operation.groups].every((step) => step === 1) &&
      Math.min(operation.channels, inputChannels(operands, operation)) >= LEAST_CHANNELS,
  );
  return new Set(found.map(({ name }) => name));
}

/**
 * Such a convolution, four rows at once: each column of six of the map becomes six numbers, the kernel's columns of three
 * six as well, and six convolutions of one row take the place of three for each of four rows, which halves the sums. The
 * six are groups of one, as each node is a time that threads wait for one another. The kernels are turned when a session
 * is made. [1, I, H, W] -> [1, O, h, w].
 *
 * @param name of the result: the convolution's, or that of the activation after it
 * @returns `name`
 */
export function winogradConvolution(
  graph: Graph,
  operands: Operands,
  value: string,
  operation: OperationOf<"conv">,
  name: string = operation.name,
  after: Activation | null = null,
): string {
  const layer = operation.name;
  const text = (part: string) => graph.part(layer, part);
  const { kernel, pad, weight, bias } = operation;
  const [outputs = 1, inputs = 1] = tensorOf(operands, operation, weight).shape;
  const reshape = (part: string, of: string, shape: readonly number[]) =>
    graph.node(text(part), "Reshape", [of, graph.integers(shape)]);

  // [1, 6 I, n, W] with n = ceil(h / 4): a convolution rounds down, so that three rows more below round up.
  const columns = graph.floats(FILTERING.map.flat(), [SPAN, 1, SPAN, 1]);
  const turning = graph.node(text("turning"), "Tile", [columns, graph.integers([inputs, 1, 1, 1])]);
  const turned = graph.node(text("turned"), "Conv", [value, turning], {
    kernel_shape: attribute.integers([SPAN, 1]),
    strides: attribute.integers([ROWS, 1]),
    pads: attribute.integers([pad[0], 0, pad[0] + ROWS - 1, 0]),
    group: attribute.integer(inputs),
  });
  const byPoint = exchanged(graph, layer, "by_point", turned, inputs, SPAN);

  // [3, O I kw], then [6, O I kw]
  const rows = graph.node(text("rows"), "Transpose", [graph.weight(weight, [outputs, inputs, ...kernel])], {
    perm: attribute.integers([2, 0, 1, 3]),
  });
  const lines = reshape("lines", rows, [KERNEL_ROWS, -1]);
  const kernels = graph.node(text("kernels"), "MatMul", [
    graph.floats(FILTERING.kernel.flat(), [SPAN, KERNEL_ROWS]),
    lines,
  ]);
  // [1, 6 O, n, w]
  const windows = reshape("windows", kernels, [SPAN * outputs, inputs, 1, kernel[1]]);
  const sums = graph.node(text("sums"), "Conv", [byPoint, windows], {
    kernel_shape: attribute.integers([1, kernel[1]]),
    pads: attribute.integers([0, pad[1], 0, pad[1]]),
    group: attribute.integer(SPAN),
  });
  const byChannel = exchanged(graph, layer, "by_channel", sums, SPAN, outputs);

  // [1, 4 O, n, w]
  const results = FILTERING.result[0]?.flatMap((_, row) => FILTERING.result.map((line) => line[row] ?? 0)) ?? [];
  const back = graph.node(text("back"), "Tile", [
    graph.floats(results, [ROWS, SPAN, 1, 1]),
    graph.integers([outputs, 1, 1, 1]),
  ]);
  const operandsBack = [byChannel, back];
  if (bias !== null) {
    const column = graph.weight(bias, [outputs, 1]);
    const repeated = graph.node(text("biases"), "Tile", [column, graph.integers([1, ROWS])]);
    operandsBack.push(reshape("bias", repeated, [-1]));
  }
  let four = graph.node(text("four"), "Conv", operandsBack, {
    kernel_shape: attribute.integers([1, 1]),
    group: attribute.integer(outputs),
  });
  if (after !== null) four = activation(graph, text(after), four, after);
  // [O, 4, n, w], then [O, n, 4, w]
  const parted = reshape("parted", four, [outputs, ROWS, 0, 0]);
  const inTurn = graph.node(text("in_turn"), "Transpose", [parted], { perm: attribute.integers([0, 2, 1, 3]) });
  const whole = reshape("whole", inTurn, [1, outputs, -1, 0]);
  const height = affine(graph, layer, "height", length(graph, layer, "inputs", value, 0), 1, 2 * pad[0] - 2);
  return graph.node(name, "Slice", [whole, graph.integers([0]), height, graph.integers([2])]);
}

/** Channels that are numbered first by `outer` and then by `inner`, numbered the other way round. */
function exchanged(graph: Graph, layer: string, part: string, value: string, outer: number, inner: number): string {
  const text = (suffix: string) => graph.part(layer, `${part}/${suffix}`);
  const apart = graph.node(text("apart"), "Reshape", [value, graph.integers([outer, inner, 0, 0])]);
  const turned = graph.node(text("turned"), "Transpose", [apart], { perm: attribute.integers([1, 0, 2, 3]) });
  return graph.node(text("together"), "Reshape", [turned, graph.integers([1, outer * inner, 0, 0])]);
}
