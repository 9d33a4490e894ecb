import type { Engine } from "./engine.js";
import { activate, loadGraph, type Runtime } from "./graph-model.js";

/** TF.js in plain JavaScript: the slowest, and the one that runs wherever Node does. */
export async function jsEngine(): Promise<Engine> {
  const core = await import("@tensorflow/tfjs-core");
  await import("@tensorflow/tfjs-backend-cpu");
  const converter = await import("@tensorflow/tfjs-converter");
  // Spares people the advice to install another engine with each run.
  core.enableProdMode();
  const runtime: Runtime = { core, converter, backend: "cpu" };
  await activate(core, "cpu");
  return {
    name: "js",
    description: `plain JavaScript (TensorFlow.js ${core.version_core})`,
    facts: { tensorflowJs: core.version_core },
    load: (source) => loadGraph(runtime, source),
  };
}
