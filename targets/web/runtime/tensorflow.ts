import { FcnError } from "./errors.js";
import { isOwnWorker } from "./protocol.js";
import type * as Parts from "./tensorflow-parts.js";
import type { BackendName, TensorFlowJs } from "./types.js";

export type Core = Omit<typeof Parts, "loadGraphModel">;

/** The parts of TF.js that run a graph model. */
export interface TensorFlow {
  readonly core: Core;
  readonly loadGraphModel: (typeof Parts)["loadGraphModel"];
  /** Makes a backend known to TF.js, before it is started. */
  bring(name: BackendName, threads: number): Promise<void>;
  /** Threads that the started WebAssembly backend has. */
  threads(): number;
}

/** A TF.js that comes, and its backends. */
export interface TensorFlowSource {
  readonly tensorflow: Promise<TensorFlow>;
  /** That a backend will be asked for: what it needs is fetched with TF.js, and not after it. */
  expect(name: BackendName): void;
}

/** A backend's file and what it imports, of which one is fetched once. */
const FILES = {
  webgpu: () => import("@tensorflow/tfjs-backend-webgpu"),
  webgl: () => import("@tensorflow/tfjs-backend-webgl"),
  wasm: () => import("@tensorflow/tfjs-backend-wasm"),
  cpu: () => import("@tensorflow/tfjs-backend-cpu"),
};

/** Whoever brings the backend hears of a failure. */
export const expectFile = (name: BackendName): void => void FILES[name]().catch(() => undefined);

/** More threads than this WebAssembly module starts with: asking for them would wait forever. */
const MOST_THREADS = 8;

/** The TF.js that lies beside this module, of which only what is asked for is fetched. */
export async function ownTensorFlow(): Promise<TensorFlow> {
  const core = await import("./tensorflow-parts.js").catch((error: unknown) => {
    throw new FcnError("network", `TensorFlow.js, which lies beside this module, cannot be fetched: ${String(error)}`);
  });
  core.enableProdMode();
  let threads = () => 1;
  return {
    core,
    loadGraphModel: core.loadGraphModel,
    threads: () => threads(),
    async bring(name, wanted) {
      if (name !== "wasm") {
        await FILES[name]();
        return;
      }
      const wasm = await FILES.wasm();
      // Addresses in this form are seen by bundlers, which bring the files along.
      wasm.setWasmPaths({
        "tfjs-backend-wasm.wasm": new URL("./tfjs-backend-wasm.wasm", import.meta.url).href,
        "tfjs-backend-wasm-simd.wasm": new URL("./tfjs-backend-wasm-simd.wasm", import.meta.url).href,
        "tfjs-backend-wasm-threaded-simd.wasm": new URL("./tfjs-backend-wasm-threaded-simd.wasm", import.meta.url).href,
      });
      const count = Math.min(MOST_THREADS, Math.max(1, Math.floor(wanted)));
      if (isOwnWorker()) claimCores(2 * count);
      if (count === 1) core.env().set("WASM_HAS_MULTITHREAD_SUPPORT", false);
      else wasm.setThreadsCount(count);
      const isThreaded = await core.env().getAsync("WASM_HAS_MULTITHREAD_SUPPORT");
      threads = () => (isThreaded === true ? wasm.getThreadsCount() : 1);
    },
  };
}

/**
 * TF.js takes half the cores that it sees at most, whatever it is asked for: of two it leaves one idle. In a worker of
 * ours nobody else looks.
 */
function claimCores(hardwareConcurrency: number): void {
  Object.defineProperty(navigator, "hardwareConcurrency", { value: hardwareConcurrency, configurable: true });
}

/** A TF.js of the page's own: it has the backends that the page imported. */
export function givenTensorFlow(tf: TensorFlowJs): TensorFlow {
  const given = tf as unknown as typeof Parts;
  return {
    core: given,
    loadGraphModel: given.loadGraphModel,
    threads: () => 1,
    bring(name) {
      if (given.findBackendFactory(name)) return Promise.resolve();
      return Promise.reject(new Error(`the page has not imported @tensorflow/tfjs-backend-${name}`));
    },
  };
}
