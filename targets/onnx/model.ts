/** A lowered plan as a ModelProto, and the bytes of its initializers. */
import packageJson from "../../package.json" with { type: "json" };
import type { Plan } from "../../src/model/plan.js";
import type { PlanWeights } from "../../src/weights/plan-weights.js";
import type { Constant } from "./graph.js";
import type { LoweredPlan } from "./lower.js";
import type { ElementType, Initializer, Model } from "./proto.js";

export const MODEL = "model.onnx";

/** Of 2021: what every runtime that is in use has. Shape with a start is of opset 15, HardSwish of 14. */
const OPSET = 17;
const CHUNK_ELEMENTS = 1024 * 1024;

/** @param initializers the graph's constants, with the places of those that lie in other files */
export function modelOf(
  plan: Plan,
  { graph, inputs, outputs, heads }: LoweredPlan,
  initializers: readonly Initializer[],
): Model {
  return {
    name: plan.net,
    producer: ["fcnc", packageJson.version],
    opset: OPSET,
    nodes: graph.nodes,
    inputs,
    outputs,
    initializers,
    metadata: {
      fcnc: JSON.stringify({
        version: packageJson.version,
        net: plan.net,
        digest: plan.digest,
        inputs: plan.inputs,
        outputs: heads.map(({ output, scores, mask }) => ({ ...output, scores, mask })),
        validFor: plan.validFor,
      }),
    },
  };
}

/** An initializer's bytes, little-endian, 4 MiB at a time. A piece is valid until the next is asked for. */
export async function* dataOf(constant: Constant | undefined, weights: PlanWeights): AsyncGenerator<Uint8Array> {
  if (constant === undefined) throw new RangeError("an initializer without contents");
  const { contents, bytes } = constant;
  if (contents.kind === "values") {
    yield valuesOf(constant.type, contents.values);
    return;
  }
  const chunk = new Float32Array(Math.min(CHUNK_ELEMENTS, bytes / 4));
  for (let start = 0; start < bytes / 4; start += CHUNK_ELEMENTS) {
    const end = Math.min(bytes / 4, start + CHUNK_ELEMENTS);
    const values = await weights.read(contents.tensor, start, end, chunk);
    yield new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  }
}

/** Numbers of the graph's own, as bytes. */
export function valuesOf(type: ElementType, values: readonly number[]): Uint8Array {
  const array = type === "int64" ? BigInt64Array.from(values, (value) => BigInt(value)) : Float32Array.from(values);
  return new Uint8Array(array.buffer);
}
