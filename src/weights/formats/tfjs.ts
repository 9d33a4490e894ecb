import { WeightsError } from "../errors.js";
import { ELEMENT_TYPES } from "./element-types.js";
import type { RandomAccessFile } from "./file.js";
import type { WeightFormat } from "./format.js";
import { beyond, type ReadLimits } from "./limits.js";
import { shorten } from "./names.js";
import { WholeTensor } from "./reordered.js";
import { checkShape } from "./shape-limits.js";
import { elementsOf, StoredTensors } from "./stored.js";
import { fillBilinear, fillFromConstants, planTensors, type PlanTensor } from "./tfjs-bundle.js";
import { findShards, modelJsonIn, type Shard } from "./tfjs-files.js";
import { dequantize } from "./tfjs-quantization.js";
import {
  checkManifest,
  isRecord,
  QUANTIZED_BYTES,
  weightBytes,
  type ManifestTensor,
  type Quantization,
  type WeightsGroup,
} from "./tfjs-manifest.js";
import { ShardReader } from "./tfjs-shards.js";
import { writeTfjs } from "./tfjs-writer.js";

/** TF.js's types, and what safetensors calls them. */
const TYPES: Readonly<Record<string, string | undefined>> = { float32: "F32", int32: "I32", bool: "BOOL" };

/**
 * A `model.json` of TF.js and its shards. In a bundle of fcnc the tensors are those of the plan, under its names and in
 * PyTorch's layout; in any other model they are as the model has them.
 */
export const tfjs: WeightFormat = {
  name: "tfjs",
  summary: "TensorFlow.js: a model.json, with its weights in files beside it",
  extensions: [".json"],
  recognises: (start, path) =>
    /\.json$/i.test(path) && /^\uFEFF?\s*\{/.test(new TextDecoder().decode(start.subarray(0, 64))),
  // Halves are its float16 quantization, which loses nothing of them.
  holds: (dtype) => (["F32", "F16", "I32", "BOOL"].includes(dtype) ? dtype : dtype === "BF16" ? "F32" : null),
  open: openTfjs,
  write: (path, source, options) => writeTfjs(tfjs, path, source, options),
};

async function openTfjs(file: RandomAccessFile, limits: ReadLimits): Promise<TfjsWeights> {
  const { path } = file;
  const fail = (what: string) => new WeightsError(`${path}: ${what}. It is no model of TF.js, or a damaged one.`);
  const json = await modelJsonIn(file, limits);
  if (!isRecord(json)) throw fail("it is not a table");
  const groups = checkManifest(json["weightsManifest"], fail);
  const paths = groups.reduce((sum, group) => sum + group.paths.length, 0);
  const listed = groups.reduce((sum, group) => sum + group.weights.length, 0);
  if (Math.max(paths, listed) > limits.tensors)
    throw beyond(
      path,
      `it lists ${listed} weights in ${paths} files, and at most ${limits.tensors} are read`,
      "tensors",
    );
  const constants = manifestTensors(path, groups, limits, fail);
  const shards = (await findShards(path, groups)).flat();
  const about = json["userDefinedMetadata"];
  const own = planTensors(isRecord(about) ? about["fcnc"] : undefined, constants, limits, fail);
  await file.close();
  return new TfjsWeights(path, own ?? constants, textsOf(json), shards, limits);
}

function manifestTensors(
  path: string,
  groups: readonly WeightsGroup[],
  limits: ReadLimits,
  fail: (what: string) => WeightsError,
): Map<string, ManifestTensor> {
  const tensors = new Map<string, ManifestTensor>();
  let begin = 0;
  for (const spec of groups.flatMap(({ weights }) => weights)) {
    const { name, shape } = spec;
    const dtype = TYPES[spec.dtype];
    const what = `weight \`${shorten(name)}\``;
    if (dtype === undefined) throw fail(`${what} is of type ${spec.dtype}, which is not read`);
    if (tensors.has(name)) throw fail(`${what} is there twice`);
    checkShape(path, what, shape, limits);
    const quantization = isRecord(spec.quantization) ? (spec.quantization as unknown as Quantization) : null;
    if (quantization !== null && dtype === "BOOL") throw fail(`${what} is quantized, and of type bool`);
    const stored = quantization === null ? {} : { stored: sayQuantization(quantization) };
    tensors.set(name, { name, shape, dtype, begin, quantization, ...stored });
    begin += weightBytes(spec) ?? 0;
  }
  return tensors;
}

const sayQuantization = (quantization: Quantization): string =>
  quantization.dtype === "float16"
    ? "float16"
    : `${quantization.dtype}, ${quantization.scale} a step from ${quantization.min}`;

/** What the model says of itself in words. */
function textsOf(json: Readonly<Record<string, unknown>>): Record<string, string> {
  const { format, generatedBy, convertedBy, userDefinedMetadata } = json;
  const all = { format, generatedBy, convertedBy, ...(isRecord(userDefinedMetadata) ? userDefinedMetadata : {}) };
  return Object.fromEntries(
    Object.entries(all).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
}

class TfjsWeights extends StoredTensors<ManifestTensor | PlanTensor> {
  readonly format = "tfjs";
  readonly #shards: ShardReader;
  readonly #whole = new WholeTensor();

  constructor(
    readonly title: string,
    readonly tensors: ReadonlyMap<string, ManifestTensor | PlanTensor>,
    readonly metadata: Readonly<Record<string, string>>,
    shards: readonly Shard[],
    limits: ReadLimits,
  ) {
    super();
    this.#shards = new ShardReader(shards, limits);
  }

  protected async fill(tensor: ManifestTensor | PlanTensor, start: number, into: Uint8Array): Promise<void> {
    const width = ELEMENT_TYPES[tensor.dtype]?.bytes ?? 1;
    if ("begin" in tensor) return this.#fillAsItIs(tensor, start, into);
    if (tensor.bilinear !== null) return fillBilinear(tensor.shape, tensor.bilinear, start, into);
    const whole = await this.#whole.get(tensor.name, elementsOf(tensor.shape) * width, (bytes) =>
      fillFromConstants(tensor, bytes, (constant, from, piece) => this.#fillAsItIs(constant, from, piece)),
    );
    into.set(whole.subarray(start * width, start * width + into.length));
  }

  /** Elements of the manifest's tensor from `start` on. */
  async #fillAsItIs({ name, dtype, begin, quantization }: ManifestTensor, start: number, into: Uint8Array) {
    const what = `weight \`${shorten(name)}\``;
    const width = ELEMENT_TYPES[dtype]?.bytes ?? 1;
    if (quantization === null) return this.#shards.read(begin + start * width, into, what);
    const stored = QUANTIZED_BYTES[quantization.dtype];
    await dequantize(quantization, dtype, into, (from, piece) =>
      this.#shards.read(begin + (start + from) * stored, piece, what),
    );
  }

  close(): Promise<void> {
    return this.#shards.close();
  }
}
