import { createRequire } from "node:module";
import { dirname, join, sep } from "node:path";
import type { Engine } from "./engine.js";
import { activate, loadGraph, type Runtime } from "./graph-model.js";
import { refuseNull, type Heap } from "./wasm-heap.js";

/**
 * TF.js on WebAssembly: the engine that is always there. One thread in Node, with SIMD where the processor has it.
 * @throws {EngineError} when WebAssembly does not start.
 */
export async function wasmEngine(): Promise<Engine> {
  const core = await import("@tensorflow/tfjs-core");
  const wasm = await import("@tensorflow/tfjs-backend-wasm");
  const converter = await import("@tensorflow/tfjs-converter");
  core.enableProdMode();
  if (core.getBackend() !== "wasm") wasm.setWasmPaths(binaries());
  const runtime: Runtime = { core, converter, backend: "wasm" };
  await withoutProcessListeners(() => activate(core, "wasm"));
  refuseNull((core.backend() as unknown as { wasm: Heap }).wasm);
  const simd = await core.env().getAsync("WASM_HAS_SIMD_SUPPORT");
  const threaded = await core.env().getAsync("WASM_HAS_MULTITHREAD_SUPPORT");
  return {
    name: "wasm",
    description: `WASM${simd === true ? " with SIMD" : ""} (TensorFlow.js ${core.version_core})`,
    facts: {
      tensorflowJs: core.version_core,
      wasm: {
        simd: simd === true,
        threads: threaded === true ? wasm.getThreadsCount() : 1,
        whyOneThread: threaded === true ? null : "TensorFlow.js switches WASM threads off in Node",
      },
    },
    load: (source) => loadGraph(runtime, source),
  };
}

/**
 * Emscripten takes over the process's uncaught errors and rejections when it starts, to throw them again from a line of
 * its own. What it added is taken off again.
 */
async function withoutProcessListeners(start: () => Promise<void>): Promise<void> {
  const before = EVENTS.map((event) => new Set(process.listeners(event as "uncaughtException")));
  await start();
  for (const [index, event] of EVENTS.entries())
    for (const listener of process.listeners(event as "uncaughtException"))
      if (before[index]?.has(listener) !== true) process.off(event, listener);
}

const EVENTS = ["uncaughtException", "unhandledRejection"];

/** The folder of the .wasm files: TF.js would look for them beside the program, which is bundled. */
function binaries(): string {
  const require = createRequire(import.meta.url);
  return join(dirname(require.resolve("@tensorflow/tfjs-backend-wasm/package.json")), "dist", sep);
}
