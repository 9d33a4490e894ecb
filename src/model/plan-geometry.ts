/**
 * Sizes and grids of a plan's operations, from the plan alone: the structured form of what its formulas and grids say
 * as text. `inspect` evaluates it at a size, `explain` derives it line by line, `verify` holds the texts against it.
 */
import { axisAfter } from "./axis-after.js";
import type { Axis, NodeGeometry } from "./geometry.js";
import type { Operation, Plan, PlanGrid, PlanInput } from "./plan.js";
import { rational, toNumber, toString } from "./rational.js";
import { constantSize, symbolSize } from "./size.js";
import type { AxisRule, Grid } from "./transfer.js";

export type AxisIndex = 0 | 1;

/** What an operation does to an axis of its first input. A crop takes its second input's size and grid instead. */
export function transferOf(operation: Operation, axis: AxisIndex): AxisRule {
  switch (operation.op) {
    case "conv":
    case "deconv":
      return {
        rule: operation.op === "conv" ? "convolution" : "deconvolution",
        kernel: operation.kernel[axis],
        stride: operation.stride[axis],
        pad: operation.pad[axis],
        dilation: operation.dilation[axis],
      };
    case "upsample":
      return {
        rule: "deconvolution",
        kernel: operation.kernel[axis],
        stride: operation.stride[axis],
        pad: operation.pad[axis],
        dilation: 1,
      };
    case "pool":
      return {
        rule: "pooling",
        kernel: operation.kernel[axis],
        stride: operation.stride[axis],
        pad: operation.pad[axis],
        dilation: operation.dilation?.[axis] ?? 1,
        rounding: operation.rounding,
        clip: operation.pad[0] > 0 || operation.pad[1] > 0,
      };
    case "pad": {
      const [before, after] = axis === 0 ? operation.vertical : operation.horizontal;
      return { rule: "padding", before, after, reflects: operation.mode === "reflect" };
    }
    case "globalpool":
      return { rule: "global" };
    case "resize":
      return { rule: "resize", factor: operation.factor, method: operation.method, align: operation.align };
    case "input":
    case "preprocess":
    case "crop":
    case "sum":
    case "product":
    case "concat":
    case "activation":
    case "leaky":
    case "prelu":
    case "dropout":
    case "scale":
    case "batchnorm":
    case "lrn":
    case "softmax":
      return { rule: "same" };
  }
}

/** By operation, in their order. Throws where an operation has inputs that do not come before it. */
export function planGeometry(plan: Plan): ReadonlyMap<string, NodeGeometry> {
  const inputs = new Map(plan.inputs.map((input) => [input.name, input]));
  const geometry = new Map<string, NodeGeometry>();
  for (const operation of plan.operations) {
    const sources = operation.inputs.map((name) => {
      const source = geometry.get(name);
      if (!source) throw new Error(`${operation.name} takes ${name}, which does not come before it`);
      return source;
    });
    geometry.set(operation.name, geometryAfter(operation, sources, inputs.get(operation.name)));
  }
  return geometry;
}

function geometryAfter(
  operation: Operation,
  sources: readonly NodeGeometry[],
  input: PlanInput | undefined,
): NodeGeometry {
  const { channels } = operation;
  if (operation.op === "input") {
    if (!input) throw new Error(`${operation.name} is no input of the net`);
    return { channels, y: inputAxis(input.height), x: inputAxis(input.width) };
  }
  const [first, second] = sources;
  if (!first) throw new Error(`${operation.name} has no input`);
  if (operation.op === "crop") {
    if (!second) throw new Error(`${operation.name} has no reference`);
    return { channels, y: croppedAxis(first.y, second.y), x: croppedAxis(first.x, second.x) };
  }
  return {
    channels,
    y: axisAfter(
      transferOf(operation, 0),
      sources.map(({ y }) => y),
    ),
    x: axisAfter(
      transferOf(operation, 1),
      sources.map(({ x }) => x),
    ),
  };
}

function inputAxis(side: string | number): Axis {
  return {
    size: typeof side === "number" ? constantSize(side) : symbolSize(side),
    grid: { stride: rational(1), origin: rational(0), field: rational(1) },
  };
}

function croppedAxis(own: Axis, reference: Axis): Axis {
  const grid = own.grid && reference.grid && { ...reference.grid, field: own.grid.field };
  return { size: reference.size, grid };
}

/** As it is written in the plan. */
export function planGrid({ stride, origin, field }: Grid): PlanGrid {
  return { stride: toString(stride), origin: toString(origin), field: toNumber(field) };
}
