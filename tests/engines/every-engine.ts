import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Engine, EngineName } from "../../src/engines/engine.js";
import { jsEngine } from "../../src/engines/js.js";
import { nativeEngine } from "../../src/engines/native.js";
import { wasmEngine } from "../../src/engines/wasm.js";

const judges = fileURLToPath(new URL("../../.judges/native", import.meta.url));

/** Where `.ci/run` puts the native engine, or null where there is none: tests that want it skip. */
export const nativeFolder: string | null =
  process.env["FCNC_NATIVE"] ?? (existsSync(`${judges}/node_modules/@tensorflow/tfjs-node`) ? judges : null);

export const WHY_NO_NATIVE = "no native engine here: .ci/install-native builds one";

/** The engines that run on this machine. */
export const engines: readonly (readonly [EngineName, () => Promise<Engine>])[] = [
  ["js", jsEngine],
  ["wasm", wasmEngine],
  ...(nativeFolder === null ? [] : [["native", () => nativeEngine(nativeFolder)] as const]),
];
