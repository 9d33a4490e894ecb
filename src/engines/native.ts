import type { Engine } from "./engine.js";
import { activate, loadGraph, type Runtime } from "./graph-model.js";
import { loadNative } from "./native-package.js";

/**
 * Native TensorFlow through tfjs-node, where it is installed: see `loadNative` for where it is looked for.
 * @param folder whose `node_modules` alone is looked at
 * @throws {EngineError} that says why there is none.
 */
export async function nativeEngine(folder?: string): Promise<Engine> {
  const found = loadNative(folder);
  const runtime: Runtime = { core: found.tensorflow, converter: found.tensorflow, backend: "tensorflow" };
  await activate(runtime.core, runtime.backend);
  const { binding } = runtime.core.backend() as unknown as { readonly binding?: Binding };
  const tensorflowJs = runtime.core.version_core;
  return {
    name: "native",
    description: `native TensorFlow (${found.name} ${tensorflowJs})`,
    facts: {
      tensorflowJs,
      native: {
        package: found.name,
        folder: found.folder,
        found: found.found,
        tensorflow: binding?.TF_Version ?? null,
        usesGpu: binding?.isUsingGpuDevice?.() === true,
        broken: found.broken,
      },
    },
    load: (source) => loadGraph(runtime, source),
  };
}

/** What the addon of tfjs-node says of itself. */
interface Binding {
  readonly TF_Version?: string;
  isUsingGpuDevice?(): boolean;
}
