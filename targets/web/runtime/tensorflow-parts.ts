/** What is used of TF.js, by name, so that the rest of it stays out of bundles. */
export {
  backend,
  conv2d,
  dispose,
  enableProdMode,
  engine,
  env,
  findBackendFactory,
  getBackend,
  io,
  memory,
  ones,
  ready,
  registerBackend,
  removeBackend,
  setBackend,
  tensor,
  tidy,
  version_core,
} from "@tensorflow/tfjs-core";
export { loadGraphModel } from "@tensorflow/tfjs-converter";
