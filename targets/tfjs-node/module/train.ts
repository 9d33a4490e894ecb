/**
 * Trains a folder of `fcnc compile --target tfjs-node` from a program of your own:
 *
 *     import * as tf from "@tensorflow/tfjs-node"; // or tfjs-node-gpu
 *     import { open } from "./fcn/train.js";
 *
 *     const training = await open("fcn", { tf });
 *     const { loss } = await training.step(image, label, { rate: 1e-3 });
 *
 * Images are float32 [N, H, W, C] of pixels as they are (RGB in 0..255 for `bgr` and `rgb` inputs), labels int32
 * [N, H, W]. Sizes may differ from step to step, within a batch they agree.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Description, DescribedState } from "../description.js";
import { TrainingError, type StepOptions, type Tensor, type TensorFlow, type Tensors } from "./types.js";
import { loadState, saveState } from "./state-file.js";
import { disposeAll, named, numberOf, Signatures, type Results } from "./signatures.js";

export { TrainingError };
export type { Description, DescribedState, StepOptions, Tensor, TensorFlow, Tensors };

export interface OpenOptions {
  readonly tf: TensorFlow;
  /** A safetensors file to start from; by default the folder's own weights. Null leaves all weights zero. */
  readonly weights?: string | null;
}

export interface Losses {
  readonly loss: number;
  /** By head. */
  readonly heads: Readonly<Record<string, number>>;
}

/**
 * Loads a folder, and gives it the weights that it starts from. TensorFlow keeps one copy of a folder's variables for
 * all that have it open.
 *
 * @throws {TrainingError} when it is no such folder, or {WeightsError} when a file of weights cannot be read.
 */
export async function open(folder: string, { tf, weights }: OpenOptions): Promise<Training> {
  let description: Description;
  try {
    description = JSON.parse(await readFile(join(folder, "training.json"), "utf8")) as Description;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new TrainingError(`${folder}: it is no folder of \`fcnc compile --target tfjs-node\`: ${why}`);
  }
  if (description.format !== "fcnc-training" || description.version !== 1)
    throw new TrainingError(`${folder}: its training.json is of another version: compile it anew`);
  const training = new Training(description, new Signatures(tf, folder));
  if (weights !== null) await training.load(weights ?? join(folder, "weights.safetensors"));
  return training;
}

export class Training {
  readonly description: Description;
  /** Updates made so far. Set it when a run goes on: dropout draws by it, and Adam corrects its moments by it. */
  updates = 0;
  /** Batches that were accumulated so far: what dropout draws by there. */
  accumulated = 0;
  readonly #signatures: Signatures;
  #waiting = 0;
  #isCleared = false;

  constructor(description: Description, signatures: Signatures) {
    this.description = description;
    this.#signatures = signatures;
  }

  /** What a run consists of besides `updates` and `accumulated`: weights, and what the optimizer keeps. */
  get state(): readonly DescribedState[] {
    return this.description.state;
  }

  /** One update by one batch: the loss is that before it. */
  async step(images: Tensors, labels: Tensors, { rate, seed }: StepOptions): Promise<Losses> {
    const losses = await this.#losses("step", images, labels, {
      rate: this.#signatures.float(rate),
      step: this.#signatures.integer(this.updates),
      seed: this.#signatures.integer(seed ?? this.description.seed),
    });
    this.updates++;
    return losses;
  }

  /** Adds the gradients of a batch to those that `apply` will use. */
  async accumulate(images: Tensors, labels: Tensors, { seed }: Partial<StepOptions> = {}): Promise<Losses> {
    if (!this.#isCleared) await this.clear();
    const losses = await this.#losses("accumulate", images, labels, {
      step: this.#signatures.integer(this.accumulated),
      seed: this.#signatures.integer(seed ?? this.description.seed),
    });
    this.accumulated++;
    this.#waiting++;
    return losses;
  }

  /** One update by the mean of what was accumulated since the last. */
  async apply({ rate }: Pick<StepOptions, "rate">): Promise<void> {
    if (this.#waiting === 0) throw new TrainingError("nothing was accumulated: `accumulate` comes before `apply`");
    const results = await this.#signatures.run(
      "apply",
      {},
      {
        rate: this.#signatures.float(rate),
        step: this.#signatures.integer(this.updates),
        count: this.#signatures.integer(this.#waiting),
      },
    );
    disposeAll(results);
    this.#waiting = 0;
    this.updates++;
  }

  /** Forgets what was accumulated. */
  async clear(): Promise<void> {
    disposeAll(await this.#signatures.run("clear", {}, {}));
    this.#isCleared = true;
    this.#waiting = 0;
  }

  /**
   * The net as it predicts: by head the scores [N, H, W, classes], and by the name of its mask the classes [N, H, W]
   * (int32). The tensors are yours to dispose of.
   */
  predict(images: Tensors): Promise<Results> {
    return this.#signatures.run("predict", this.#images(images), {});
  }

  /** A tensor of the state, in PyTorch's layout. */
  async readWeights(name: string): Promise<Float32Array> {
    const results = await this.#signatures.run(`read/${this.#entry(name).name}`, {}, {});
    try {
      const data = await results["value"]?.data();
      if (!(data instanceof Float32Array)) throw new TrainingError(`TensorFlow gave no numbers for \`${name}\``);
      return data;
    } finally {
      disposeAll(results);
    }
  }

  /** Gives a tensor of the state a copy of these values, in PyTorch's layout. */
  async writeWeights(name: string, values: Float32Array): Promise<void> {
    const { shape } = this.#entry(name);
    const elements = shape.reduce((product, size) => product * size, 1);
    if (values.length !== elements)
      throw new TrainingError(`${name} is [${shape.join(", ")}], ${elements} numbers, and ${values.length} were given`);
    const value = this.#signatures.tensor(values, shape);
    disposeAll(await this.#signatures.run(`write/${name}`, {}, { value }));
  }

  /** Writes the whole state and how far the run is as safetensors: the file takes its name when it is complete. */
  save(path: string): Promise<void> {
    return saveState(path, this.description, this, (name) => this.readWeights(name));
  }

  /**
   * Reads weights from safetensors. A file of `save` brings the whole state, and the run goes on where it was; of
   * another the weights are taken that the net has, all of which it must hold, and a new run begins.
   */
  async load(path: string): Promise<void> {
    const counters = await loadState(path, this.description, (name, values) => this.writeWeights(name, values));
    Object.assign(this, counters);
  }

  /** Lets TensorFlow forget the folder's variables, once all that have it open do. */
  close(): void {
    this.#signatures.close();
  }

  async #losses(signature: "step" | "accumulate", images: Tensors, labels: Tensors, own: Results): Promise<Losses> {
    const { outputs } = this.description;
    const labelled = named(
      labels,
      outputs.map(({ name }) => name),
      "label",
    );
    const byInput = outputs.flatMap(({ name, label }) => (labelled[name] ? [[label, labelled[name]] as const] : []));
    const given = { ...this.#images(images), ...Object.fromEntries(byInput) };
    const results = await this.#signatures.run(signature, given, own);
    try {
      const values = await Promise.all(
        Object.entries(results).map(async ([name, tensor]) => [name, await numberOf(tensor)] as const),
      );
      const all = Object.fromEntries(values);
      const heads = outputs.map(({ name }) => [name, all[`loss/${name}`] ?? all["loss"] ?? Number.NaN] as const);
      return { loss: all["loss"] ?? Number.NaN, heads: Object.fromEntries(heads) };
    } finally {
      disposeAll(results);
    }
  }

  #images(images: Tensors): Results {
    return named(
      images,
      this.description.inputs.map(({ name }) => name),
      "image",
    );
  }

  #entry(name: string): DescribedState {
    const found = this.state.find((entry) => entry.name === name);
    if (found === undefined) throw new TrainingError(`${this.description.net} has no \`${name}\` among its state`);
    return found;
  }
}
