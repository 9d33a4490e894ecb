/** Where the native engine is looked for, and how it is loaded. */
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { EngineError, EngineMissing } from "./engine.js";
import type { Runtime } from "./graph-model.js";
import { nativeHome, thisMachine } from "./native-home.js";

/** The package for GPUs first: it runs on the processor as well. */
export const NATIVE_PACKAGES = ["@tensorflow/tfjs-node-gpu", "@tensorflow/tfjs-node"] as const;

export interface NativePackage {
  readonly name: string;
  readonly folder: string;
  readonly found: string;
  readonly broken: readonly string[];
  /** It brings its own TF.js, which need not be the one that fcnc has. */
  readonly tensorflow: Runtime["core"] & Runtime["converter"];
}

/** A file whose `node_modules`, and those above it, are looked at. */
interface Place {
  readonly found: string;
  readonly from: string;
}

const FROM_VARIABLE = "from FCNC_NATIVE";

function placesToLook(): Place[] {
  const named = process.env["FCNC_NATIVE"];
  return [
    ...(named === undefined || named === "" ? [] : [inFolder(named, FROM_VARIABLE)]),
    { found: "beside fcnc", from: import.meta.url },
    inFolder(process.cwd(), "in the current folder"),
    inFolder(nativeHome(thisMachine()), "from `fcnc engine install`"),
  ];
}

const inFolder = (folder: string, found: string): Place => ({ found, from: join(resolve(folder), "package.json") });

/**
 * Loads the first package that starts.
 * @param folder whose `node_modules` alone is looked at; by default FCNC_NATIVE's, then beside fcnc, then the current
 *   folder's, then the one that `fcnc engine install` fills.
 * @throws {EngineError} that says why there is none, {EngineMissing} where none is installed.
 */
export function loadNative(folder?: string): NativePackage {
  mendNode();
  // TensorFlow tells of each processor feature that it could use. Errors stay.
  process.env["TF_CPP_MIN_LOG_LEVEL"] ??= "2";
  const places = folder === undefined ? placesToLook() : [inFolder(folder, "in the folder that was named")];
  const broken = new Map<string, string>();
  for (const { found, from } of places) {
    const require = createRequire(from);
    if (found === FROM_VARIABLE && NATIVE_PACKAGES.every((name) => resolved(require, name) === null))
      broken.set(from, `FCNC_NATIVE names \`${dirname(from)}\`, and no tfjs-node is installed there`);
    for (const name of NATIVE_PACKAGES) {
      const path = resolved(require, name);
      if (path === null || broken.has(path)) continue;
      try {
        const tensorflow = withoutArguments(() => require(path) as NativePackage["tensorflow"]);
        return { name, folder: packageFolder(path, name), found, broken: [...broken.values()], tensorflow };
      } catch (error) {
        const said = error instanceof Error ? error.message : String(error);
        broken.set(path, `${name} in ${packageFolder(path, name)} does not start: ${said.split("\n", 1)[0]}`);
      }
    }
  }
  if (broken.size > 0) throw new EngineError([...broken.values()].join("; "));
  throw new EngineMissing("@tensorflow/tfjs-node is not installed");
}

/**
 * node-pre-gyp, which looks up the addon, takes the program's arguments for its own: `--target web` would be the version
 * of Node that the addon is for, and `--dir` a folder.
 */
function withoutArguments<Result>(load: () => Result): Result {
  const { argv } = process;
  process.argv = argv.slice(0, 2);
  try {
    return load();
  } finally {
    process.argv = argv;
  }
}

function resolved(require: NodeJS.Require, name: string): string | null {
  try {
    return require.resolve(name);
  } catch {
    return null;
  }
}

/** The package's own folder, from the path of its main file. */
function packageFolder(path: string, name: string): string {
  const tail = join("node_modules", name);
  const at = path.lastIndexOf(tail);
  return at < 0 ? dirname(path) : path.slice(0, at + tail.length);
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
