import type * as Core from "@tensorflow/tfjs-core";
import { weightBytes } from "../weights/formats/tfjs-manifest.js";
import { EngineError, type WeightSpec } from "./engine.js";

type Runtime = Pick<typeof Core, "backend" | "dispose" | "engine" | "env" | "getBackend" | "io">;

/** TF.js's backend on WebAssembly, as its kernels use it. */
interface HeapBackend extends Core.KernelBackend {
  makeOutput(shape: number[], dtype: Core.DataType): Core.TensorInfo;
  /** A view that ends when the memory grows. */
  typedArrayFromHeap(info: Core.TensorInfo): Float32Array | Int32Array;
}

/** On WebGPU. */
interface GpuBackend extends Core.KernelBackend {
  uploadToGPU(data: object): void;
}

/**
 * Makes a graph's weights on the backend that runs, as their bytes come: none is held back until its tensor is whole, and
 * on WebAssembly they become floats where these are to lie.
 *
 * @param pieces all weights, one after the other
 * @throws {EngineError} where there are fewer or more bytes than the weights have, or what `pieces` throws; no tensor is
 * left then.
 */
export async function weightTensors(
  core: Runtime,
  specs: readonly WeightSpec[],
  pieces: AsyncIterable<Uint8Array>,
): Promise<Core.NamedTensorMap> {
  const tensors: Record<string, Core.Tensor> = {};
  const source = pieces[Symbol.asyncIterator]();
  let rest: Uint8Array = new Uint8Array(0);
  let missing = specs.reduce((sum, spec) => sum + (weightBytes(spec) ?? 0), 0);
  try {
    for (const spec of specs) {
      const length = weightBytes(spec) ?? 0;
      const place = placeOf(core, spec, length);
      // At once, so that it is not forgotten where the weights end early.
      if (place.tensor) tensors[spec.name] = place.tensor;
      for (let at = 0; at < length;) {
        if (rest.length === 0) {
          const { done, value } = await source.next();
          if (done === true) throw new EngineError(`the weights end ${missing} bytes early: the bundle is not whole`);
          rest = value;
          continue;
        }
        const part = rest.subarray(0, length - at);
        place.put(part, at);
        at += part.length;
        missing -= part.length;
        rest = rest.subarray(part.length);
      }
      if (place.done) tensors[spec.name] = place.done();
    }
    if (rest.length > 0 || (await source.next()).done !== true)
      throw new EngineError("there are more weights than the model declares");
    return tensors;
  } catch (error) {
    core.dispose(tensors);
    throw error;
  } finally {
    await source.return?.();
  }
}

/** Where a weight's bytes go. Its tensor is there before them, or is made of them when they are all there. */
interface Place {
  readonly tensor?: Core.Tensor;
  put(bytes: Uint8Array, at: number): void;
  done?(): Core.Tensor;
}

function placeOf(core: Runtime, spec: WeightSpec, length: number): Place {
  const { name, shape, dtype, quantization } = spec;
  const backend = core.backend();
  if (isHeap(backend) && (length === 0 || isDirect(spec))) {
    const info = backend.makeOutput([...shape], dtype as Core.DataType);
    const values = quantization === undefined ? null : valuesOf(quantization as Linear);
    return {
      tensor: core.engine().makeTensorFromTensorInfo(info),
      put(bytes, at) {
        const heap = backend.typedArrayFromHeap(info);
        if (values === null) new Uint8Array(heap.buffer, heap.byteOffset, heap.byteLength).set(bytes, at);
        else spread(bytes, values, heap, at);
      },
    };
  }
  const stored = new Uint8Array(length);
  return {
    put: (bytes, at) => stored.set(bytes, at),
    done() {
      const entry = { ...spec, shape: [...shape] } as Core.io.WeightsManifestEntry;
      const tensor = core.io.decodeWeights(stored.buffer, [entry])[name] as Core.Tensor;
      // As TF.js does where it reads weights itself: large ones are kept in the graphics processor's memory alone.
      if (isGpu(core, backend) && tensor.size >= core.env().getNumber("WEBGPU_CPU_HANDOFF_SIZE_THRESHOLD"))
        backend.uploadToGPU(tensor.dataId);
      return tensor;
    },
  };
}

const isHeap = (backend: Core.KernelBackend): backend is HeapBackend =>
  "makeOutput" in backend && "typedArrayFromHeap" in backend;

const isGpu = (core: Runtime, backend: Core.KernelBackend): backend is GpuBackend =>
  core.getBackend() === "webgpu" && "uploadToGPU" in backend;

interface Linear {
  readonly dtype: string;
  readonly scale: number;
  readonly min: number;
}

/** Floats and whole numbers as they are, and floats in a byte each: most of what bundles hold. */
function isDirect({ dtype, quantization }: WeightSpec): boolean {
  if (quantization === undefined) return dtype === "float32" || dtype === "int32";
  return dtype === "float32" && (quantization as Linear).dtype === "uint8";
}

/** What each byte stands for, rounded as TF.js rounds it. */
const valuesOf = ({ scale, min }: Linear): Float32Array =>
  Float32Array.from({ length: 256 }, (_, byte) => byte * scale + min);

function spread(bytes: Uint8Array, values: Float32Array, to: Float32Array | Int32Array, at: number): void {
  for (let index = 0; index < bytes.length; index++) to[at + index] = values[bytes[index] ?? 0] ?? 0;
}
