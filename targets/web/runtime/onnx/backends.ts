import type * as Ort from "onnxruntime-web";
import { admitBuffer, type Device } from "../capacity.js";
import { FcnError } from "../errors.js";
import { firstThatWorks, type StartedBackend } from "../first-that-works.js";
import type { LoadRequest } from "../protocol.js";
import type { BackendName } from "../types.js";
import { TRIAL } from "./trial.js";

/** Those of ONNX Runtime Web that take every net. */
const BACKENDS: readonly BackendName[] = ["webgpu", "wasm"];

export interface StartedRuntime extends StartedBackend {
  readonly ort: typeof Ort;
  /** To be released once there is another session: with the last one WebGPU's device goes. */
  readonly trial: Ort.InferenceSession;
}

/** WebAssembly that may not start (a page's policy) is waited for no longer. */
const START_LIMIT_MILLISECONDS = 20_000;

/** Threads of the WebAssembly that this module started: a second net in the page has the same. */
let startedThreads: number | null = null;

/**
 * @param largest bytes of the net's largest weight
 * @throws {FcnError} as `firstThatWorks` does.
 */
export async function startBackend(
  { backends, quick, threads }: LoadRequest,
  largest: number,
): Promise<StartedRuntime> {
  // Whoever leaves the choice to the module is not told of backends that nobody has here.
  const offered = quick ? backends.filter((name) => BACKENDS.includes(name)) : backends;
  return firstThatWorks({ backends: offered, quick }, async (name) => {
    if (name !== "webgpu" && name !== "wasm")
      throw new Error(`ONNX Runtime Web has no such backend in bundles: it has ${BACKENDS.join(" and ")}`);
    if (typeof WebAssembly === "undefined") throw new Error("this browser has no WebAssembly");
    if (name === "webgpu" && !("gpu" in navigator)) throw new Error("this browser, or this page, has no WebGPU");
    const ort = await bring(name, threads);
    const trial = await tryOut(ort, name);
    const count = ort.env.wasm.numThreads ?? 1;
    const version = `ONNX Runtime Web ${ort.env.versions.web}`;
    const named = `${count} ${count === 1 ? "thread" : "threads"}`;
    if (name === "wasm")
      return {
        ort,
        trial,
        backend: { name, description: `WASM with SIMD, ${named} (${version})`, threads: count },
        lost: new Promise<string>(() => undefined),
      };
    const device = (await ort.env.webgpu.device) as Device;
    try {
      // Of a buffer that is larger than may be bound at once, parts are bound.
      admitBuffer(device.limits.maxBufferSize, largest);
    } catch (error) {
      await trial.release();
      throw error;
    }
    const description = `WebGPU, and WASM for what it lacks (${version})`;
    return { ort, trial, backend: { name, description, threads: 1 }, lost: device.lost.then(({ message }) => message) };
  });
}

/** Addresses in this form are seen by bundlers, which bring the files along. */
async function bring(name: "webgpu" | "wasm", threads: number): Promise<typeof Ort> {
  const ort = await (name === "wasm" ? import("onnxruntime-web/wasm") : import("onnxruntime-web/webgpu")).catch(
    (error: unknown) => {
      throw new FcnError("network", `ONNX Runtime, which lies beside this module, cannot be fetched: ${String(error)}`);
    },
  );
  const { wasm } = ort.env;
  wasm.wasmPaths =
    name === "wasm"
      ? {
          mjs: new URL("./ort-wasm-simd-threaded.js", import.meta.url).href,
          wasm: new URL("./ort-wasm-simd-threaded.wasm", import.meta.url).href,
        }
      : {
          mjs: new URL("./ort-wasm-simd-threaded.asyncify.js", import.meta.url).href,
          wasm: new URL("./ort-wasm-simd-threaded.asyncify.wasm", import.meta.url).href,
        };
  startedThreads ??= globalThis.crossOriginIsolated ? Math.max(1, Math.floor(threads)) : 1;
  wasm.numThreads = startedThreads;
  wasm.initTimeout = START_LIMIT_MILLISECONDS;
  ort.env.logLevel = "error";
  return ort;
}

/** A small convolution, whose sums are known: 4, 6 and 9 ones under a window of 3 x 3. */
async function tryOut(ort: typeof Ort, name: string): Promise<Ort.InferenceSession> {
  const bytes = Uint8Array.from(atob(TRIAL), (letter) => letter.charCodeAt(0));
  const session = await ort.InferenceSession.create(bytes, { executionProviders: [name], logSeverityLevel: 3 });
  const { sums } = await session.run({ ones: new ort.Tensor("float32", new Float32Array(9).fill(1), [1, 1, 3, 3]) });
  const values = (await sums?.getData()) as Float32Array | undefined;
  if (values?.join() === "4,6,4,6,9,6,4,6,4") return session;
  await session.release();
  throw new Error("it does not add up a convolution");
}
