import type * as Core from "@tensorflow/tfjs-core";
import type { Engine } from "../../engines/engine.js";
import { jsEngine } from "../../engines/js.js";
import { nativeEngine } from "../../engines/native.js";
import { loadNative } from "../../engines/native-package.js";
import { wasmEngine } from "../../engines/wasm.js";
import type { TrainerEngine } from "../trainable.js";
import { EagerTrainer } from "./trainer.js";

/** Training on WebAssembly: the engine that is always there. */
export async function wasmTrainers(): Promise<TrainerEngine> {
  return trainers(await wasmEngine(), await import("@tensorflow/tfjs-core"), "wasm");
}

/** Training in plain JavaScript: for trying a net out, and where nothing else starts. */
export async function jsTrainers(): Promise<TrainerEngine> {
  return trainers(await jsEngine(), await import("@tensorflow/tfjs-core"), "cpu");
}

/** Kernel by kernel on native TensorFlow, as against its graph: tests hold the two beside one another. */
export async function nativeEagerTrainers(folder?: string): Promise<TrainerEngine> {
  return trainers(await nativeEngine(folder), loadNative(folder).tensorflow, "tensorflow");
}

function trainers({ description }: Engine, core: typeof Core, backend: string): TrainerEngine {
  return {
    async open(trainable) {
      const { model, description: described } = trainable;
      const trainer = new EagerTrainer(core, backend, model.savedModel, described, description);
      await trainer.start();
      return trainer;
    },
  };
}
