/** ONNX Runtime Web as a worker's program, or for the page: the `runtime/engine.js` of bundles on it. */
import { FcnError } from "../errors.js";
import { NetEngine, serve } from "../net-engine.js";
import { isOwnWorker } from "../protocol.js";
import type { TensorFlowJs } from "../types.js";
import { loadGraph } from "./graph.js";

export class Engine extends NetEngine {
  constructor(tf: TensorFlowJs | null = null) {
    super((request, onProgress, signal) => {
      if (tf === null) return loadGraph(request, onProgress, signal);
      const said = "This bundle runs on ONNX Runtime Web: leave out `tf`, the TensorFlow.js of the page's own.";
      return Promise.reject(new FcnError("no-backend", said));
    });
  }
}

if (isOwnWorker()) serve(new Engine());
