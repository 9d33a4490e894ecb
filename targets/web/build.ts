import packageJson from "../../package.json" with { type: "json" };
import type { OperationOf, Plan, PlanInput } from "../../src/model/plan.js";
import type { BundledTensor } from "../../src/weights/formats/tfjs-bundle.js";
import type { PlanWeights } from "../../src/weights/plan-weights.js";
import { bundledTensors } from "./bundled-tensors.js";
import type { Constant, Contents } from "./graph.js";
import type { Head } from "./heads.js";
import { isBilinear } from "../bilinear-kernel.js";
import { ConstantReader, count } from "./layout.js";
import { lower } from "./lower.js";
import { shapeOf, typeOf, type ModelJson, type Signature } from "./model-json.js";

export interface WebModel {
  /** With no paths of shards: whoever writes them adds them. */
  readonly modelJson: ModelJson;
  /** Bytes of all weights. */
  readonly weightBytes: number;
  /** For each weight of the manifest the tensor of the plan that it is read from; null for numbers of the graph's own. */
  readonly tensors: readonly (string | null)[];
  readonly heads: readonly Head[];
  /** Names of `upsample` operations that run dense, as their kernels are not bilinear. */
  readonly learned: readonly string[];
  /**
   * The weights in the manifest's order, without gaps, one piece for each. A piece is valid until the next is asked
   * for.
   * @throws {WeightsError} when a tensor cannot be read or holds NaN or infinity.
   */
  weightData(): AsyncGenerator<Uint8Array>;
}

export interface BuildOptions {
  /** Whether the signature's outputs are class indices (the default) or scores. */
  readonly argmax?: boolean;
}

/**
 * The graph model of a plan, in memory. Weights are read when `weightData` is iterated.
 *
 * @param weights null for the graph alone: its `weightData` has nothing to read from and throws.
 */
export async function buildModel(
  plan: Plan,
  weights: PlanWeights | null,
  options: BuildOptions = {},
): Promise<WebModel> {
  const learned = weights === null ? [] : await learnedUpsamplings(plan, weights);
  const { graph, heads } = lower(plan, new Set(learned));
  const constants = graph.constants;
  const argmax = options.argmax ?? true;
  return {
    modelJson: {
      format: "graph-model",
      generatedBy: `fcnc ${packageJson.version}`,
      convertedBy: null,
      signature: signature(plan, heads, argmax),
      userDefinedMetadata: { fcnc: metadata(plan, heads, bundledTensors(plan, constants, learned)) },
      modelTopology: { node: graph.nodes, library: {}, versions: { producer: 1000 } },
      weightsManifest: [
        { paths: [], weights: constants.map(({ name, shape, dtype }) => ({ name, shape: [...shape], dtype })) },
      ],
    },
    weightBytes: constants.reduce((bytes, { shape }) => bytes + 4 * count(shape), 0),
    tensors: constants.map(({ contents }) => tensorOf(contents, weights)),
    heads,
    learned,
    weightData: () => readAll(constants, weights),
  };
}

/** Kernels that the compiler makes are numbers of the graph's own: they are exact, and stay so. */
function tensorOf(contents: Contents, weights: PlanWeights | null): string | null {
  if (contents.kind === "values") return null;
  const name = contents.kind === "kernel" ? contents.kernel.tensor : contents.tensor;
  return weights?.origins.get(name) === "generated" ? null : name;
}

async function* readAll(constants: readonly Constant[], weights: PlanWeights | null): AsyncGenerator<Uint8Array> {
  if (weights === null) throw new Error("a model that was built without weights has no weight data");
  const reader = new ConstantReader(weights, constants);
  for (const constant of constants) yield await reader.read(constant);
}

/** The upsamplings whose kernel in a file is not the bilinear one. Kernels that the compiler makes need no look. */
export async function learnedUpsamplings(plan: Plan, weights: PlanWeights): Promise<string[]> {
  const learned: string[] = [];
  for (const operation of plan.operations) {
    if (operation.op !== "upsample" || weights.origins.get(operation.weight) === "generated") continue;
    if (!(await isBilinear(weights, operation))) learned.push(operation.name);
  }
  return learned;
}

/** What a page needs to know of the net, under `userDefinedMetadata.fcnc`. */
function metadata(plan: Plan, heads: readonly Head[], tensors: Readonly<Record<string, BundledTensor>>): object {
  return {
    version: packageJson.version,
    net: plan.net,
    digest: plan.digest,
    inputs: plan.inputs,
    outputs: heads.map(({ output, scores, mask }) => ({ ...output, scores, mask })),
    validFor: plan.validFor,
    tensors,
  };
}

function signature(plan: Plan, heads: readonly Head[], argmax: boolean): Signature {
  const inputs = plan.operations.filter((operation): operation is OperationOf<"input"> => operation.op === "input");
  const named = new Map(plan.inputs.map((input) => [input.name, input]));
  return {
    inputs: Object.fromEntries(
      inputs.map((operation) => {
        const { name, layer, channels } = operation;
        return [layer, info(name, "float32", [1, ...extent(named.get(layer)), channels])];
      }),
    ),
    outputs: Object.fromEntries(
      heads.map(({ output, scores, mask }) =>
        argmax
          ? [mask, info(mask, "int32", [1, -1, -1])]
          : [output.name, info(scores, "float32", [1, -1, -1, output.classes])],
      ),
    ),
  };
}

function extent(input: PlanInput | undefined): [number, number] {
  const size = (value: string | number | undefined) => (typeof value === "number" ? value : -1);
  return [size(input?.height), size(input?.width)];
}

const info = (name: string, dtype: "float32" | "int32", shape: readonly number[]) => ({
  name: `${name}:0`,
  dtype: typeOf(dtype),
  tensorShape: shapeOf(shape),
});
