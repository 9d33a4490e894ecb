/** TF.js as a worker's program, or for the page. TF.js is fetched by it alone. */
import { loadGraph } from "./graph.js";
import { NetEngine, serve } from "./net-engine.js";
import { pageWide } from "./page-wide.js";
import { isOwnWorker } from "./protocol.js";
import { expectFile, givenTensorFlow, ownTensorFlow, type TensorFlow } from "./tensorflow.js";
import type { TensorFlowJs } from "./types.js";

function sharedTensorFlow(): Promise<TensorFlow> {
  const own = (pageWide.tensorflow ??= ownTensorFlow());
  // What could not be fetched is asked for again the next time.
  own.catch(() => (pageWide.tensorflow = null));
  return own;
}

export class Engine extends NetEngine {
  constructor(tf: TensorFlowJs | null = null) {
    super((request, onProgress, signal) => {
      const source = tf
        ? { tensorflow: Promise.resolve(givenTensorFlow(tf)), expect: () => undefined }
        : { tensorflow: sharedTensorFlow(), expect: expectFile };
      return loadGraph(source, request, onProgress, signal);
    });
  }
}

if (isOwnWorker()) {
  serve(new Engine());
  // It will be wanted: it comes while the page still says what for.
  void sharedTensorFlow();
}
