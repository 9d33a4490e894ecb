/** What it costs to make a layer dense, by moving the image and by rarefying the layers that it comes from. */
import { workOf } from "../inspect/cost.js";
import type { Operation, Pair } from "../model/plan.js";
import { planGeometry } from "../model/plan-geometry.js";
import { sizeAt, type Stitch } from "./stitch.js";

export interface StitchCost {
  readonly runs: number;
  /** Multiply-accumulates of all runs, each on an image that is larger by what it is moved. */
  readonly shifting: bigint;
  /** Of one run of the net whose strides up to the layer are all rarefied. */
  readonly rarefying: bigint;
}

export function stitchCost(stitch: Stitch, height: number, width: number): StitchCost {
  const { plan, geometry, stride } = stitch;
  const tensors = new Map(plan.tensors.map((tensor) => [tensor.name, tensor]));
  const pixels = [height, width] as const;
  const rarefied = rarefiedOperations(stitch.operations);
  const dense = planGeometry({ ...plan, operations: rarefied });
  let [shifting, rarefying] = [0n, 0n];
  for (const operation of stitch.operations) {
    const work = workOf(operation, geometry, tensors);
    if (!work) continue;
    const each = BigInt(work.each);
    // Rows depend on the shift down alone, and columns on the one across: the sum of products is a product of sums.
    const [rows, columns] = ([0, 1] as const).map((axis) => {
      let sum = 0;
      for (let shift = 0; shift < stride[axis]; shift++) sum += sizeAt(geometry, work.of, axis, pixels[axis] + shift);
      return BigInt(sum);
    });
    shifting += each * (rows ?? 0n) * (columns ?? 0n);
    rarefying += each * BigInt(sizeAt(dense, work.of, 0, height)) * BigInt(sizeAt(dense, work.of, 1, width));
  }
  return { runs: stride[0] * stride[1], shifting, rarefying };
}

/** The operations without strides, and each spread out by those before it: what `rarefy` makes of all strided lines. */
export function rarefiedOperations(operations: readonly Operation[]): readonly Operation[] {
  const factors = new Map<string, Pair>();
  return operations.map((operation) => {
    const factor = operation.inputs.map((name) => factors.get(name) ?? ONE).reduce(larger, ONE);
    const strided = operation.op === "conv" || operation.op === "pool";
    factors.set(operation.name, strided ? times(factor, operation.stride) : factor);
    if (operation.op === "pad")
      return {
        ...operation,
        vertical: times(operation.vertical, [factor[0], factor[0]]),
        horizontal: times(operation.horizontal, [factor[1], factor[1]]),
      };
    if (!strided) return operation;
    const { dilation = ONE, pad } = operation;
    return { ...operation, stride: ONE, pad: times(pad, factor), dilation: times(dilation, factor) };
  });
}

const ONE: Pair = [1, 1];

function times(a: Pair, b: Pair): Pair {
  return [a[0] * b[0], a[1] * b[1]];
}

function larger(a: Pair, b: Pair): Pair {
  return [Math.max(a[0], b[0]), Math.max(a[1], b[1])];
}
