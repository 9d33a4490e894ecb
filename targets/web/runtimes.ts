/** What runs a bundle in pages, by the names of their packages. */
export const WEB_RUNTIMES = ["tfjs", "onnxruntime-web"] as const;
export type WebRuntime = (typeof WEB_RUNTIMES)[number];

/** The graph of a bundle on ONNX Runtime Web for WebGPU, where it differs from that for WebAssembly, `model.onnx`. */
export const WEBGPU_MODEL = "model-webgpu.onnx";

/** The external data of a bundle's `model.onnx`: the shards, joined. No file of the bundle has this name. */
export const ONNX_WEIGHTS = "weights.bin";
