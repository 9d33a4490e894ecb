import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { EngineError, type Engine } from "./engine.js";
import { activate, loadGraph, type Runtime } from "./graph-model.js";

const PACKAGES = ["@tensorflow/tfjs-node-gpu", "@tensorflow/tfjs-node"];

/**
 * Native TensorFlow through tfjs-node, where somebody installed it: in the folder that FCNC_NATIVE names, beside fcnc,
 * or in the folder it is run from.
 * @param folder whose `node_modules` is looked at first
 * @throws {EngineError} that says why there is none.
 */
export async function nativeEngine(folder = process.env["FCNC_NATIVE"]): Promise<Engine> {
  const { name, runtime } = loadPackage(folder === undefined || folder === "" ? [] : [folder]);
  await activate(runtime.core, runtime.backend);
  return {
    name: "native",
    description: `native TensorFlow (${name} ${runtime.core.version_core})`,
    load: (source) => loadGraph(runtime, source),
  };
}

function loadPackage(folders: readonly string[]): { name: string; runtime: Runtime } {
  mendNode();
  // TensorFlow tells of each processor feature that it could use. Errors stay.
  process.env["TF_CPP_MIN_LOG_LEVEL"] ??= "2";
  const inFolder = (folder: string) => join(resolve(folder), "package.json");
  const places = [...folders.map(inFolder), import.meta.url, inFolder(process.cwd())];
  const failures: string[] = [];
  for (const name of PACKAGES) {
    for (const from of places) {
      const require = createRequire(from);
      let path: string;
      try {
        path = require.resolve(name);
      } catch {
        continue;
      }
      try {
        // It brings its own TF.js, which need not be the one that fcnc has.
        const tensorflow = require(path) as Runtime["core"] & Runtime["converter"];
        return { name, runtime: { core: tensorflow, converter: tensorflow, backend: "tensorflow" } };
      } catch (error) {
        const said = error instanceof Error ? error.message : String(error);
        failures.push(`${name} is installed and does not start: ${said.split("\n", 1)[0]}`);
        break;
      }
    }
  }
  throw new EngineError(failures.length > 0 ? failures.join("; ") : "@tensorflow/tfjs-node is not installed");
}

/**
 * Node 23 took `isNullOrUndefined` and `isArray` out of its util module; tfjs-node 4.22 calls them in most operations.
 * They are put back before it is loaded.
 */
function mendNode(): void {
  const util = createRequire(import.meta.url)("node:util") as Record<string, unknown>;
  util["isNullOrUndefined"] ??= (value: unknown) => value === null || value === undefined;
  util["isArray"] ??= Array.isArray;
}
