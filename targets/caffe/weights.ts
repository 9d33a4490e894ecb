/** A plan's weights as Caffe stores them: bilinear kernels a channel a group, all else as it is. */
import type { OperationOf, Plan } from "../../src/model/plan.js";
import type { CaffeLayerWeights } from "../../src/weights/formats/caffemodel-writer.js";
import type { PlanWeights } from "../../src/weights/plan-weights.js";
import type { TensorInfo, WeightSource } from "../../src/weights/source.js";
import { isBilinear } from "../bilinear-kernel.js";
import type { CaffeLayer } from "./layer.js";

/** The upsamplings whose weights are others than bilinear ones: a file may hold what was learned. */
export async function denseUpsamplings(plan: Plan, weights: PlanWeights): Promise<ReadonlySet<string>> {
  const dense = new Set<string>();
  for (const operation of plan.operations) {
    if (operation.op !== "upsample" || weights.origins.get(operation.weight) === "generated") continue;
    if (!(await isBilinear(weights, operation))) dense.add(operation.name);
  }
  return dense;
}

/** The layers that have blobs. */
export const weightedLayers = (layers: readonly CaffeLayer[]): CaffeLayerWeights[] =>
  layers.flatMap(({ name, type, blobs = [] }) => (blobs.length === 0 ? [] : [{ name, type, blobs }]));

/** The source of the blobs: of bilinear upsamplings [C, C / groups, kh, kw] the kernels on the diagonal, [C, 1, kh, kw]. */
export function blobSource(plan: Plan, weights: PlanWeights, dense: ReadonlySet<string>): WeightSource {
  const diagonal = new Map(
    plan.operations.flatMap((operation) =>
      operation.op === "upsample" && !dense.has(operation.name) ? [[operation.weight, operation] as const] : [],
    ),
  );
  const info = (tensor: TensorInfo): TensorInfo => {
    const operation = diagonal.get(tensor.name);
    return operation === undefined ? tensor : { ...tensor, shape: [operation.channels, 1, ...operation.kernel] };
  };
  return {
    title: weights.title,
    tensors: new Map([...weights.tensors].map(([name, tensor]) => [name, info(tensor)])),
    read(name, start, end, into) {
      const operation = diagonal.get(name);
      if (operation === undefined) return weights.read(name, start, end, into);
      return readDiagonal(weights, operation, start, end, into);
    },
    close: () => weights.close(),
  };
}

async function readDiagonal(
  weights: PlanWeights,
  { weight, kernel }: OperationOf<"upsample">,
  start: number,
  end: number,
  into: Float32Array = new Float32Array(end - start),
): Promise<Float32Array> {
  const columns = weights.tensors.get(weight)?.shape[1] ?? 1;
  const size = kernel[0] * kernel[1];
  for (let at = start; at < end;) {
    const channel = Math.floor(at / size);
    const within = at - channel * size;
    const count = Math.min(size - within, end - at);
    const from = (channel * columns + (channel % columns)) * size + within;
    await weights.read(weight, from, from + count, into.subarray(at - start, at - start + count));
    at += count;
  }
  return into.subarray(0, end - start);
}
