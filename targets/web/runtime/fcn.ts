/**
 * Runs a net that `fcnc compile --target web` compiled:
 *
 *     import { load } from "./voc-fcn16s/fcn.js";
 *     const net = await load("./voc-fcn16s/");
 *     const { mask, classes, overlay } = await net.segment(image);
 *     net.dispose();
 */
import { FcnError, heard, isFcnError, say } from "./errors.js";
import { LoadedNet, type StartedEngine, type Wanted } from "./net.js";
import { WORKER_NAME, type EngineLike } from "./protocol.js";
import type { BackendName, LoadOptions, Net, TensorFlowJs } from "./types.js";
import { WorkerEngine } from "./worker-engine.js";

export { FcnError, type FcnErrorCode } from "./errors.js";
export type * from "./types.js";

/** From the fastest to the slowest, where a graphics processor is one. */
const BACKENDS: readonly BackendName[] = ["webgpu", "webgl", "wasm", "cpu"];

/**
 * Loads a bundle.
 *
 * @param bundle address of its folder, relative to the page
 * @throws {FcnError}, or what the signal was aborted with
 */
export async function load(bundle: string | URL, options: LoadOptions = {}): Promise<Net> {
  const { backend = "auto", threads, verify = false, memory, onProgress = () => undefined } = options;
  const { signal = new AbortController().signal, tf = null, worker = tf === null } = options;
  const backends = backend === "auto" ? BACKENDS : [backend].flat();
  const unknown = backends.find((name) => !BACKENDS.includes(name));
  if (unknown !== undefined || backends.length === 0) {
    const fault = unknown === undefined ? "`backend` is an empty list" : `There is no backend \`${String(unknown)}\``;
    throw new FcnError("no-backend", `${fault}: there are ${BACKENDS.join(", ")}.`);
  }
  const wanted: Wanted = {
    address: folderOf(bundle),
    backends,
    quick: backend === "auto",
    threads: threads ?? threadsHere(),
    verify,
    memory: memory ?? null,
  };
  return LoadedNet.load(() => startEngine(worker, tf), wanted, onProgress, signal);
}

/** Half the cores, as TF.js has it, but two of two: the page itself hardly wants one meanwhile. */
function threadsHere(): number {
  const cores = navigator.hardwareConcurrency;
  return Math.max(Math.min(2, cores), cores >> 1);
}

/** With a slash at its end, so that addresses of files can be resolved against it. */
function folderOf(bundle: string | URL): string {
  const address = new URL(bundle, globalThis.document?.baseURI ?? location.href);
  address.pathname = address.pathname.replace(/(\/[^/]*\.json)?\/?$/, "/");
  return address.href;
}

async function startEngine(inWorker: boolean, tf: TensorFlowJs | null): Promise<StartedEngine> {
  const notes: string[] = [];
  if (inWorker && tf === null) {
    try {
      return { engine: await WorkerEngine.start(makeWorker()), isWorker: true, notes };
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      notes.push(`The net runs in the page, which stands still meanwhile: no worker starts (${reason}).`);
    }
  } else if (inWorker) {
    notes.push("The net runs in the page, which stands still meanwhile: a TensorFlow.js of the page's own is there.");
  }
  const { Engine } = await import("./engine.js").catch((error: unknown) => {
    throw new FcnError("network", `The engine, which lies beside this module, cannot be fetched: ${String(error)}`);
  });
  return { engine: inPage(new Engine(tf)), isWorker: false, notes };
}

/**
 * A module of another site cannot be a worker, and can be imported by one. The first form is the one that bundlers know,
 * and its path is that of the files as they are published.
 */
function makeWorker(): Worker {
  const isElsewhere = /^https?:/.test(import.meta.url) && new URL(import.meta.url).origin !== location.origin;
  if (!isElsewhere)
    return new Worker(new URL("./runtime/engine.js", import.meta.url), { type: "module", name: "fcnc-engine" });
  const engine = import.meta.url.replace(/[^/]*$/, "runtime/engine.js");
  const program = new Blob([`import ${JSON.stringify(engine)};`], { type: "text/javascript" });
  return new Worker(URL.createObjectURL(program), { type: "module", name: WORKER_NAME });
}

/** Errors are this module's, whichever module threw them. */
function inPage(engine: EngineLike): EngineLike {
  const told = async <Value>(work: Promise<Value>): Promise<Value> => {
    try {
      return await work;
    } catch (error) {
      throw isFcnError(error) ? heard(say(error)) : error;
    }
  };
  return {
    load: (...given) => told(engine.load(...given)),
    segment: (...given) => told(engine.segment(...given)),
    memory: () => engine.memory(),
    dispose: () => engine.dispose(),
  };
}
