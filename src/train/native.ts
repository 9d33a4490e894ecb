import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Batch } from "../data/batch.js";
import type { EngineFacts } from "../engines/engine.js";
import { activate } from "../engines/graph-model.js";
import { nativeEngine } from "../engines/native.js";
import { loadNative } from "../engines/native-package.js";
import { Signatures } from "../../targets/tfjs-node/module/signatures.js";
import { Training, type Tensor, type TensorFlow } from "../../targets/tfjs-node/module/train.js";
import { savedModelBytes } from "../../targets/tfjs-node/saved-model.js";
import { checkLabels } from "./batch-check.js";
import { predictionOf } from "./prediction.js";
import type { TrainerEngine } from "./trainable.js";
import type { Prediction, Trainer, TrainerLosses, TrainerState } from "./trainer.js";

/**
 * The training graph on native TensorFlow, through the tfjs-node that `src/engines` finds. A step blocks the event loop
 * while it runs, and lets it go in between.
 *
 * @param folder whose `node_modules` alone is looked at
 * @throws {EngineError} that says why there is none.
 */
export async function nativeTrainers(folder?: string): Promise<TrainerEngine> {
  // TensorFlow reads these when its first operation runs. Without them sums on a GPU come in any order, and a run that is
  // resumed is not the one that was never stopped. The second is what versions before 2.9 look at.
  process.env["TF_DETERMINISTIC_OPS"] ??= "1";
  process.env["TF_CUDNN_DETERMINISTIC"] ??= "1";
  const { facts } = await nativeEngine(folder);
  const { tensorflow: core } = loadNative(folder);
  // TF.js types its tensors more widely than a training graph has them.
  const tensorflow = core as unknown as TensorFlow;
  // All copies of TF.js in a process share what backend is on.
  const backend = (): Promise<void> => activate(core, "tensorflow");
  return {
    open({ model, description }, { scratch }) {
      const own = mkdtempSync(join(scratch ?? tmpdir(), "fcnc-graph-"));
      try {
        writeFileSync(join(own, "saved_model.pb"), savedModelBytes(model.savedModel));
        const training = new Training(description, new Signatures(tensorflow, own));
        return Promise.resolve(new NativeTrainer(training, tensorflow, backend, own, describeNative(facts)));
      } catch (error) {
        rmSync(own, { recursive: true, force: true });
        throw error;
      }
    },
  };
}

function describeNative({ tensorflowJs, native }: EngineFacts): string {
  const library = native?.tensorflow === null ? "" : ` ${native?.tensorflow}`;
  const name = native?.package.replace("@tensorflow/", "") ?? "tfjs-node";
  return `native TensorFlow${library} graph (${name} ${tensorflowJs}, ${native?.usesGpu === true ? "GPU" : "CPU"})`;
}

class NativeTrainer implements Trainer {
  readonly state: readonly TrainerState[];
  readonly #training: Training;
  readonly #tensorflow: TensorFlow;
  readonly #activate: () => Promise<void>;
  readonly #folder: string;

  constructor(
    training: Training,
    tensorflow: TensorFlow,
    backend: () => Promise<void>,
    folder: string,
    readonly description: string,
  ) {
    this.state = training.state;
    this.#training = training;
    this.#tensorflow = tensorflow;
    this.#activate = backend;
    this.#folder = folder;
  }

  get updates(): number {
    return this.#training.updates;
  }

  set updates(updates: number) {
    this.#training.updates = updates;
  }

  get accumulated(): number {
    return this.#training.accumulated;
  }

  set accumulated(accumulated: number) {
    this.#training.accumulated = accumulated;
  }

  step(batch: Batch, options: { readonly rate: number; readonly seed: number }): Promise<TrainerLosses> {
    return this.#with(batch, (images, labels) => this.#training.step(images, labels, options));
  }

  accumulate(batch: Batch, options: { readonly seed: number }): Promise<TrainerLosses> {
    return this.#with(batch, (images, labels) => this.#training.accumulate(images, labels, options));
  }

  async apply(options: { readonly rate: number }): Promise<void> {
    await this.#activate();
    return this.#training.apply(options);
  }

  async predict(
    images: Batch["images"],
    { scores = false }: { readonly scores?: boolean } = {},
  ): Promise<Record<string, Prediction>> {
    await this.#activate();
    const given = this.#tensors(images, "float32");
    const results = await this.#training.predict(given).finally(() => disposeAll(given));
    try {
      const predictions: Record<string, Prediction> = {};
      for (const { name, mask } of this.#training.description.outputs)
        predictions[name] = await predictionOf(name, results[name], results[mask], scores);
      return predictions;
    } finally {
      disposeAll(results);
    }
  }

  async read(name: string): Promise<Float32Array> {
    await this.#activate();
    return this.#training.readWeights(name);
  }

  async write(name: string, values: Float32Array): Promise<void> {
    await this.#activate();
    return this.#training.writeWeights(name, values);
  }

  async save(path: string): Promise<void> {
    await this.#activate();
    return this.#training.save(path);
  }

  async load(path: string): Promise<void> {
    await this.#activate();
    return this.#training.load(path);
  }

  close(): void {
    this.#training.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #with(
    batch: Batch,
    run: (images: Record<string, Tensor>, labels: Record<string, Tensor>) => Promise<TrainerLosses>,
  ): Promise<TrainerLosses> {
    checkLabels(batch, this.#training.description.outputs);
    await this.#activate();
    const images = this.#tensors(batch.images, "float32");
    const labels = this.#tensors(batch.labels, "int32");
    try {
      return await run(images, labels);
    } finally {
      disposeAll(images);
      disposeAll(labels);
    }
  }

  #tensors(values: Batch["images"] | Batch["labels"], type: "float32" | "int32"): Record<string, Tensor> {
    return Object.fromEntries(
      Object.entries(values).map(([name, { data, shape }]) => [name, this.#tensorflow.tensor(data, [...shape], type)]),
    );
  }
}

function disposeAll(tensors: Readonly<Record<string, Tensor>>): void {
  for (const tensor of Object.values(tensors)) tensor.dispose();
}
