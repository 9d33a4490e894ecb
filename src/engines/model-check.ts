import { checkManifest, isRecord, isTexts, weightBytes } from "../weights/formats/tfjs-manifest.js";
import { EngineError, type GraphModelJson } from "./engine.js";

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
  const bytes = checkManifest(json["weightsManifest"], fail)
    .flatMap(({ weights }) => weights)
    .reduce((sum, spec) => sum + (weightBytes(spec) ?? 0), 0);
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
