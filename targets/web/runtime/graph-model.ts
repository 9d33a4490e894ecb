/** Checks and makes graphs of TF.js: a file of its own in bundles, which the engine fetches while TF.js comes. */
import type { GraphModelJson } from "../../../src/engines/engine.js";
import { weightTensors } from "../../../src/engines/weight-tensors.js";
import type { TensorFlow } from "./tensorflow.js";

export { checkModelJson } from "../../../src/engines/model-check.js";

/** The graph and its weights on the backend that runs. @throws what `weightTensors` throws; no tensor is left then. */
export async function openGraphModel(
  { core, loadGraphModel }: TensorFlow,
  { modelTopology, weightsManifest }: GraphModelJson,
  weights: AsyncIterable<Uint8Array>,
): ReturnType<TensorFlow["loadGraphModel"]> {
  const specs = weightsManifest.flatMap((group) => group.weights);
  const tensors = await weightTensors(core, specs, weights);
  const io = { ...core.io, decodeWeights: () => tensors };
  return loadGraphModel({ load: () => Promise.resolve({ modelTopology }) }, {}, io).catch((error: unknown) => {
    core.dispose(tensors);
    throw error;
  });
}
