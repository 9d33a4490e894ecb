import type { OperationOf } from "../src/model/plan.js";
import { tent } from "../src/weights/init.js";
import type { PlanWeights } from "../src/weights/plan-weights.js";

/** How far a weight of each type may be from the bilinear one, at most 1, and still be it: one rounding, and a bit. */
const TOLERANCES: Readonly<Record<string, number>> = { F16: 2 ** -11, BF16: 2 ** -8 };
const TOLERANCE = 1e-6;

/** Whether the blob of an upsampling is bilinear interpolation on its channel diagonal, and zero elsewhere. */
export async function isBilinear(weights: PlanWeights, operation: OperationOf<"upsample">): Promise<boolean> {
  const info = weights.tensors.get(operation.weight);
  const [inputs = 1, outputs = 1] = info?.shape ?? [];
  const tolerance = TOLERANCES[info?.dtype ?? ""] ?? TOLERANCE;
  const [height, width] = operation.kernel;
  const size = height * width;
  const expected = new Float64Array(size);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) expected[y * width + x] = tent(y, height) * tent(x, width);

  for (let input = 0; input < inputs; input++) {
    const row = outputs * size;
    const kernels = await weights.read(operation.weight, input * row, (input + 1) * row);
    // In a grouped blob [C, C / groups, kh, kw] a channel's own kernel is the one of its place in its group.
    const own = input % outputs;
    for (let index = 0; index < row; index++) {
      const wanted = Math.floor(index / size) === own ? (expected[index % size] as number) : 0;
      if (Math.abs((kernels[index] as number) - wanted) > tolerance) return false;
    }
  }
  return true;
}
