import type { Plan } from "../../src/model/plan.js";
import type { PlanWeights } from "../../src/weights/plan-weights.js";
import type { StoredWeight } from "../certificate.js";
import type { Constant } from "../onnx/graph.js";
import { lower, type LoweredPlan } from "../onnx/lower.js";
import { coarseConvolutions } from "../onnx/product.js";
import { dataOf, modelOf, valuesOf } from "../onnx/model.js";
import { winogradConvolutions } from "../onnx/winograd.js";
import { modelParts, sizeOf, type Initializer } from "../onnx/proto.js";
import { storedType, type StorageRule } from "../storage.js";
import { TargetError } from "../target.js";
import { learnedUpsamplings } from "./build.js";
import type { RuntimeNet } from "./runtime-net.js";
import { ONNX_WEIGHTS, WEBGPU_MODEL } from "./runtimes.js";

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
  const form = { products: coarseConvolutions(plan), pixels: true };
  const winograd = winogradConvolutions(plan);
  const lowered = lower(plan, new Set(learned), { ...form, winograd });
  const external: Constant[] = [];
  /** Of tensors of the plan, in the external data. */
  const offsets = new Map<string, number>();
  let bytes = 0;
  for (const constant of lowered.graph.constants) {
    if (constant.contents.kind === "values") continue;
    const { tensor } = constant.contents;
    // One that is read in two shapes lies there once.
    if (offsets.has(tensor)) continue;
    offsets.set(tensor, bytes);
    external.push(constant);
    bytes += constant.bytes;
  }
  if (bytes > MOST_BYTES)
    throw new TargetError(
      `${plan.net} has ${bytes} bytes of weights, and onnxruntime-web takes 2 GiB in a page: take the runtime tfjs`,
    );
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
    graph: () => fileOf(plan, lowered, offsets),
    // Graphics processors have ways of their own to convolve, and little use for groups.
    webgpu:
      winograd.size === 0
        ? null
        : { file: WEBGPU_MODEL, graph: () => fileOf(plan, lower(plan, new Set(learned), form), offsets) },
  };
}

/** A graph whose tensors of the plan lie at these offsets of the external data. */
function fileOf(plan: Plan, lowered: LoweredPlan, offsets: ReadonlyMap<string, number>): Uint8Array {
  const { constants } = lowered.graph;
  const inline = new Map(constants.map((constant) => [constant.name, constant]));
  const initializers = constants.map((constant): Initializer => {
    if (constant.contents.kind === "values") return constant;
    const offset = offsets.get(constant.contents.tensor);
    if (offset === undefined) throw new Error(`no weights of ${constant.name}`);
    return { ...constant, external: { location: ONNX_WEIGHTS, offset } };
  });
  const parts = modelParts(modelOf(plan, lowered, initializers));
  const file = new Uint8Array(parts.reduce((sum, part) => sum + sizeOf(part), 0));
  let at = 0;
  for (const part of parts) {
    file.set(part instanceof Uint8Array ? part : numbersOf(inline.get(part.name)), at);
    at += sizeOf(part);
  }
  return file;
}

function numbersOf(constant: Constant | undefined): Uint8Array {
  if (constant?.contents.kind !== "values") throw new RangeError("an initializer without numbers");
  return valuesOf(constant.type, constant.contents.values);
}
