import { EngineError, type GraphModelJson, type WeightSpec } from "./engine.js";

/** Bytes of an element in the file. Strings are not among them: no net has such weights. */
const ELEMENT_BYTES: Readonly<Record<string, number | undefined>> = { float32: 4, int32: 4, bool: 1, complex64: 8 };
const QUANTIZED_BYTES: Readonly<Record<string, number | undefined>> = { float16: 2, uint16: 2, uint8: 1 };

/** More than a 32-bit address space holds. */
const WEIGHTS_LIMIT_BYTES = 4 * 1024 ** 3;
const MOST_NODES = 1_000_000;

/**
 * Takes what a `model.json` holds for what it says it is, once its parts are there and its weights have believable
 * sizes.
 *
 * @param title for messages
 * @throws {EngineError}
 */
export function checkModelJson(json: unknown, title: string): GraphModelJson {
  const fail = (what: string) => new EngineError(`${title}: ${what}. It is no bundle of fcnc, or a damaged one.`);
  if (!isRecord(json)) throw fail("it is not a table");
  if (json["format"] === "layers-model")
    throw new EngineError(`${title}: it is a layers model of TF.js, where a graph model is wanted`);
  const topology = json["modelTopology"];
  if (!isRecord(topology) || !Array.isArray(topology["node"])) throw fail("it has no graph");
  const nodes: readonly unknown[] = topology["node"];
  if (nodes.length > MOST_NODES) throw fail(`its graph has ${nodes.length} nodes`);
  checkNodes(nodes, fail);
  if (!isRecord(topology["versions"])) throw fail("its graph has no version");
  const manifest = json["weightsManifest"];
  if (!Array.isArray(manifest)) throw fail("it has no list of weights");
  let bytes = 0;
  for (const group of manifest as readonly unknown[]) {
    if (!isRecord(group) || !isTexts(group["paths"]) || !Array.isArray(group["weights"]))
      throw fail("its list of weights cannot be read");
    for (const spec of group["weights"] as readonly unknown[]) bytes += bytesOfSpec(spec, fail);
  }
  if (bytes > WEIGHTS_LIMIT_BYTES) throw fail(`its weights have ${bytes} bytes, more than an engine can hold`);
  return json as unknown as GraphModelJson;
}

/** TF.js looks nodes up without checking: a name that is missing would be an error of its own making. */
function checkNodes(nodes: readonly unknown[], fail: (what: string) => EngineError): void {
  const names = new Set<string>();
  for (const node of nodes) {
    if (!isRecord(node) || typeof node["name"] !== "string" || typeof node["op"] !== "string")
      throw fail("its graph has a node without a name");
    if (names.has(node["name"])) throw fail(`its graph has two nodes \`${node["name"]}\``);
    names.add(node["name"]);
  }
  for (const node of nodes as readonly Readonly<Record<string, unknown>>[]) {
    const inputs = node["input"] ?? [];
    if (!isTexts(inputs)) throw fail(`the inputs of node \`${String(node["name"])}\` cannot be read`);
    const lost = inputs.find((input) => !names.has(input.replace(/^\^/, "").replace(/:.*$/, "")));
    if (lost !== undefined) throw fail(`node \`${String(node["name"])}\` takes \`${lost}\`, which is not there`);
  }
}

function bytesOfSpec(spec: unknown, fail: (what: string) => EngineError): number {
  if (!isRecord(spec) || typeof spec["name"] !== "string") throw fail("it has a weight without a name");
  const { name, shape } = spec;
  if (!Array.isArray(shape) || !shape.every((size) => Number.isSafeInteger(size) && (size as number) >= 0))
    throw fail(`the shape of weight \`${name}\` cannot be read`);
  const bytes = weightBytes(spec as unknown as WeightSpec);
  if (bytes === null) throw fail(`weight \`${name}\` is of a type that is not known`);
  return bytes;
}

/** Bytes of a weight in its file, or null for a type that is not known. */
export function weightBytes({ shape, dtype, quantization }: WeightSpec): number | null {
  const stored = isRecord(quantization) ? String(quantization["dtype"]) : null;
  const table = stored === null ? ELEMENT_BYTES : QUANTIZED_BYTES;
  const name = stored ?? dtype;
  const size = Object.hasOwn(table, name) ? table[name] : undefined;
  return size === undefined ? null : shape.reduce((product, length) => product * length, size);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}
