import type { Rank } from "@tensorflow/tfjs-core";
import { refuseNull, type Heap } from "../../../src/engines/wasm-heap.js";
import { admitBuffer, admitTexture, type Device } from "./capacity.js";
import { firstThatWorks, type StartedBackend } from "./first-that-works.js";
import { pageWide } from "./page-wide.js";
import type { LoadRequest } from "./protocol.js";
import { unlessRefused } from "./refusal.js";
import type { TensorFlow, TensorFlowSource } from "./tensorflow.js";
import type { Backend, BackendName } from "./types.js";

/** A worker of WebAssembly that may not start (a page's policy) is waited for no longer. */
const START_LIMIT_MILLISECONDS = 20_000;

/**
 * Starts the first backend of TF.js that works here, and looks for it while TF.js comes.
 * @param largest values of the net's largest weight
 * @throws {FcnError} as `firstThatWorks` does, or where TF.js does not come.
 */
export function startBackend(
  { tensorflow, expect }: TensorFlowSource,
  request: LoadRequest,
  largest: Promise<number>,
): Promise<StartedBackend> {
  const started = firstThatWorks(request, async (name, notes) => {
    expect(name);
    const { core } = await tensorflow;
    const begun = await start(await tensorflow, name, request.threads, notes);
    const { gpgpu, device } = core.backend() as unknown as Internals;
    // What is wrong with the bundle is said by who reads it.
    const values = await largest.catch(() => 0);
    if (gpgpu) admitTexture(gpgpu.gl.getParameter(gpgpu.gl.MAX_TEXTURE_SIZE) as number, values);
    if (device) admitBuffer(device.limits.maxStorageBufferBindingSize, 4 * values);
    return begun;
  });
  // Without TF.js it is not the backends that fail.
  const missing = tensorflow.then(() => started);
  return Promise.race([started, missing]);
}

async function start(
  tensorflow: TensorFlow,
  name: BackendName,
  threads: number,
  notes: string[],
): Promise<Omit<StartedBackend, "passedOver">> {
  if (name === "wasm" && typeof WebAssembly === "undefined") throw new Error("this browser has no WebAssembly");
  if (name === "webgpu" && !("gpu" in navigator)) throw new Error("this browser, or this page, has no WebGPU");
  try {
    await begin(tensorflow, name, threads);
  } catch (error) {
    // Threads need more of a page than WebAssembly alone.
    if (name !== "wasm" || threads === 1 || !globalThis.crossOriginIsolated) throw error;
    notes.push(`wasm with threads: ${error instanceof Error ? error.message : String(error)}`);
    startAnew(tensorflow, name);
    await begin(tensorflow, name, 1);
  }
  const { core } = tensorflow;
  const internals = core.backend() as unknown as Internals;
  if (internals.wasm) refuseNull(internals.wasm);
  await within(START_LIMIT_MILLISECONDS, tryOut(tensorflow));
  const lost = lossOf(internals);
  void lost.then(() => pageWide.gone.add(name));
  return { backend: await describe(tensorflow, name), lost };
}

function startAnew({ core }: TensorFlow, name: BackendName): void {
  const factory = core.findBackendFactory(name);
  try {
    core.removeBackend(name);
  } catch {
    // What is gone cannot be freed, and need not be.
  }
  if (factory && !core.findBackendFactory(name)) core.registerBackend(name, factory);
}

async function begin(tensorflow: TensorFlow, name: BackendName, threads: number): Promise<void> {
  await tensorflow.bring(name, threads);
  if (pageWide.gone.delete(name)) startAnew(tensorflow, name);
  const started = activate(tensorflow.core, name);
  await within(START_LIMIT_MILLISECONDS, name === "wasm" && threads > 1 ? unlessRefused(started) : started);
}

/** Of TF.js's backends, what this module needs and TF.js does not declare. */
interface Internals {
  readonly wasm?: Heap;
  readonly gpgpu?: { readonly gl: WebGLRenderingContext };
  readonly device?: Device;
}

/** What the backend that runs is on, where that is WebGPU. */
export const deviceOf = (core: TensorFlow["core"]): Device | undefined =>
  (core.backend() as unknown as Internals).device;

/**
 * Makes a backend the one that runs. TF.js takes another in silence where one does not start, so the one that did is
 * looked at.
 */
export async function activate(core: TensorFlow["core"], name: BackendName): Promise<void> {
  if (core.getBackend() === name) return;
  const started = await core.setBackend(name).catch(() => false);
  if (started) await core.ready().catch(() => undefined);
  if (!started || core.getBackend() !== name) throw new Error(`it does not start here`);
}

/** A small convolution, whose sums are known: 4, 6 and 9 ones under a window of 3 x 3. */
async function tryOut({ core }: TensorFlow): Promise<void> {
  const result = core.tidy(() =>
    core.conv2d(core.ones<Rank.R4>([1, 3, 3, 1]), core.ones<Rank.R4>([3, 3, 1, 1]), 1, "same"),
  );
  const sums = await result.data();
  result.dispose();
  if (sums.join() !== "4,6,4,6,9,6,4,6,4") throw new Error("it does not add up a convolution");
}

async function describe({ core, threads }: TensorFlow, name: BackendName): Promise<Backend> {
  const version = `TensorFlow.js ${core.version_core}`;
  const count = name === "wasm" ? threads() : 1;
  if (name !== "wasm") return { name, description: `${TITLES[name]} (${version})`, threads: count };
  const simd = (await core.env().getAsync("WASM_HAS_SIMD_SUPPORT")) === true ? " with SIMD" : " without SIMD";
  return {
    name,
    description: `WASM${simd}, ${count} ${count === 1 ? "thread" : "threads"} (${version})`,
    threads: count,
  };
}

const TITLES = { webgpu: "WebGPU", webgl: "WebGL", cpu: "plain JavaScript" };

function lossOf({ gpgpu, device }: Internals): Promise<string> {
  if (device) return device.lost.then(({ message }) => message);
  if (!gpgpu) return new Promise(() => undefined);
  return new Promise((resolve) => {
    gpgpu.gl.canvas.addEventListener("webglcontextlost", () => resolve("the browser took the WebGL context away"));
  });
}

async function within<Value>(milliseconds: number, promise: Promise<Value>): Promise<Value> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`it does not start within ${milliseconds / 1000} s`)), milliseconds);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
