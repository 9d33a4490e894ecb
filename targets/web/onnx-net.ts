import type { Plan } from "../../src/model/plan.js";
import type { PlanWeights } from "../../src/weights/plan-weights.js";
import type { StoredWeight } from "../certificate.js";
import type { Constant } from "../onnx/graph.js";
import { lower } from "../onnx/lower.js";
import { coarseConvolutions } from "../onnx/product.js";
import { dataOf, modelOf, valuesOf } from "../onnx/model.js";
import { winogradConvolutions } from "../onnx/winograd.js";
import { modelParts, sizeOf, type Initializer } from "../onnx/proto.js";
import { storedType, type StorageRule } from "../storage.js";
import { TargetError } from "../target.js";
import { learnedUpsamplings } from "./build.js";
import type { RuntimeNet } from "./runtime-net.js";
import { ONNX_WEIGHTS } from "./runtimes.js";

/** What a page can hold in one piece: ONNX Runtime is given the joined shards. */
const MOST_BYTES = 2 ** 31 - 1;

/**
 * A net for ONNX Runtime Web: `model.onnx`, whose tensors of the plan are external data. ONNX keeps a tensor in one file,
 * and browsers cache none of the size that a net's largest has, so that file is only a name: the shards, joined.
 *
 * @throws {TargetError} where weights are to be stored in other types than float32, or are too many.
 */
export async function onnxNet(
  plan: Plan,
  weights: PlanWeights | null,
  rules: readonly StorageRule[],
): Promise<RuntimeNet> {
  const narrow = plan.tensors.find((tensor) => storedType(tensor, rules) !== "float32");
  if (narrow)
    throw new TargetError(
      `bundles on onnxruntime-web store weights as float32, and \`${narrow.name}\` is to be ` +
        `${storedType(narrow, rules)}: leave \`quantize\` out, or take the runtime tfjs`,
    );
  const learned = weights === null ? [] : await learnedUpsamplings(plan, weights);
  const lowered = lower(plan, new Set(learned), {
    winograd: winogradConvolutions(plan),
    products: coarseConvolutions(plan),
    pixels: true,
  });
  const external: Constant[] = [];
  let bytes = 0;
  const initializers = lowered.graph.constants.map((constant): Initializer => {
    if (constant.contents.kind === "values") return constant;
    const placed = { ...constant, external: { location: ONNX_WEIGHTS, offset: bytes } };
    external.push(placed);
    bytes += constant.bytes;
    return placed;
  });
  if (bytes > MOST_BYTES)
    throw new TargetError(
      `${plan.net} has ${bytes} bytes of weights, and onnxruntime-web takes 2 GiB in a page: take the runtime tfjs`,
    );
  const inline = new Map(lowered.graph.constants.map((constant) => [constant.name, constant]));
  const parts = modelParts(modelOf(plan, lowered, initializers));
  return {
    file: "model.onnx",
    heads: lowered.heads,
    learned,
    floatBytes: bytes,
    bytes,
    stored: external.flatMap(({ name, contents, bytes }): StoredWeight[] =>
      contents.kind === "tensor" ? [{ name, tensor: contents.tensor, type: "float32", bytes, error: 0 }] : [],
    ),
    async *data() {
      if (weights === null) throw new Error("a model that was built without weights has no weight data");
      for (const constant of external) yield* dataOf(constant, weights);
    },
    graph() {
      const file = new Uint8Array(parts.reduce((sum, part) => sum + sizeOf(part), 0));
      let at = 0;
      for (const part of parts) {
        file.set(part instanceof Uint8Array ? part : numbersOf(inline.get(part.name)), at);
        at += sizeOf(part);
      }
      return file;
    },
  };
}

function numbersOf(constant: Constant | undefined): Uint8Array {
  if (constant?.contents.kind !== "values") throw new RangeError("an initializer without numbers");
  return valuesOf(constant.type, constant.contents.values);
}
