import type { Batch } from "../../data/batch.js";
import { activate } from "../../engines/graph-model.js";
import type { Description } from "../../../targets/tfjs-node/description.js";
import { loadState, saveState } from "../../../targets/tfjs-node/module/state-file.js";
import { TrainingError } from "../../../targets/tfjs-node/module/types.js";
import type { SavedModel } from "../../../targets/tfjs-node/saved-model.js";
import { checkLabels } from "../batch-check.js";
import { predictionOf } from "../prediction.js";
import type { Prediction, Trainer, TrainerLosses, TrainerState } from "../trainer.js";
import { Program, type Machine } from "./program.js";
import { HostValue, type Tensor, type TensorFlow, type Value } from "./value.js";
import { Variables } from "./variables.js";

/** Results of a signature, by name. */
type Results = Readonly<Record<string, Tensor>>;

/**
 * The training graph run node by node with TF.js's kernels, on whatever backend: the same forward, gradients and updates
 * as on native TensorFlow, and the same random numbers.
 */
export class EagerTrainer implements Trainer {
  updates = 0;
  accumulated = 0;
  readonly #machine: Machine;
  readonly #programs = new Map<string, Program>();
  readonly #nodes: ConstructorParameters<typeof Program>[0];
  #waiting = 0;
  #isCleared = false;

  constructor(
    core: TensorFlow,
    private readonly backend: string,
    private readonly model: SavedModel,
    private readonly described: Description,
    readonly description: string,
  ) {
    // A backend without this gradient has a slow one by the map as well.
    const isComposed = core.getKernel("Conv2DBackpropFilter", backend) === undefined;
    this.#machine = { core, variables: new Variables(core), isComposed };
    this.#nodes = new Map(model.nodes.map((node) => [node.name, node]));
  }

  get state(): readonly TrainerState[] {
    return this.described.state;
  }

  /** Gives every variable zeros. */
  async start(): Promise<void> {
    await activate(this.#machine.core, this.backend);
    this.#program("init", [this.model.init]).run(this.#machine, new Map());
  }

  async step(batch: Batch, { rate, seed }: { readonly rate: number; readonly seed: number }): Promise<TrainerLosses> {
    const scalars = { rate: float(rate), step: integer(this.updates), seed: integer(seed) };
    const losses = await this.#losses("step", batch, scalars);
    this.updates++;
    return losses;
  }

  async accumulate(batch: Batch, { seed }: { readonly seed: number }): Promise<TrainerLosses> {
    if (!this.#isCleared) await this.#run("clear", {});
    this.#isCleared = true;
    const losses = await this.#losses("accumulate", batch, { step: integer(this.accumulated), seed: integer(seed) });
    this.accumulated++;
    this.#waiting++;
    return losses;
  }

  async apply({ rate }: { readonly rate: number }): Promise<void> {
    if (this.#waiting === 0) throw new TrainingError("nothing was accumulated: `accumulate` comes before `apply`");
    await this.#run("apply", { rate: float(rate), step: integer(this.updates), count: integer(this.#waiting) });
    this.#waiting = 0;
    this.updates++;
  }

  async predict(
    images: Batch["images"],
    { scores = false }: { readonly scores?: boolean } = {},
  ): Promise<Record<string, Prediction>> {
    const results = await this.#run("predict", this.#images(images));
    try {
      const predictions: Record<string, Prediction> = {};
      for (const { name, mask } of this.described.outputs)
        predictions[name] = await predictionOf(name, results[name], results[mask], scores);
      return predictions;
    } finally {
      this.#machine.core.dispose(Object.values(results));
    }
  }

  async read(name: string): Promise<Float32Array> {
    const { value } = await this.#run(`read/${this.#entry(name).name}`, {});
    try {
      return (await value?.data()) as Float32Array;
    } finally {
      value?.dispose();
    }
  }

  async write(name: string, values: Float32Array): Promise<void> {
    const { shape } = this.#entry(name);
    const elements = shape.reduce((product, size) => product * size, 1);
    if (values.length !== elements)
      throw new TrainingError(`${name} is [${shape.join(", ")}], ${elements} numbers, and ${values.length} were given`);
    // The backend may keep the very array, which is the caller's to change.
    await this.#run(`write/${name}`, { value: this.#machine.core.tensor(values.slice(), [...shape], "float32") });
  }

  save(path: string): Promise<void> {
    return saveState(path, this.described, this, (name) => this.read(name));
  }

  async load(path: string): Promise<void> {
    Object.assign(this, await loadState(path, this.described, (name, values) => this.write(name, values)));
  }

  close(): void {
    this.#machine.variables.dispose();
    this.#programs.clear();
  }

  async #losses(
    signature: "step" | "accumulate",
    batch: Batch,
    scalars: Readonly<Record<string, HostValue>>,
  ): Promise<TrainerLosses> {
    const { outputs } = this.described;
    checkLabels(batch, outputs);
    const labels = outputs.flatMap(({ name, label }) => {
      const value = batch.labels[name];
      return value === undefined ? [] : [[label, new HostValue("int32", value.shape, value.data)] as const];
    });
    const given = { ...this.#images(batch.images), ...Object.fromEntries(labels), ...scalars };
    const results = await this.#run(signature, given);
    try {
      const values: Record<string, number> = {};
      for (const [name, tensor] of Object.entries(results)) values[name] = (await tensor.data())[0] ?? Number.NaN;
      const heads = outputs.map(({ name }) => [name, values[`loss/${name}`] ?? values["loss"] ?? Number.NaN] as const);
      return { loss: values["loss"] ?? Number.NaN, heads: Object.fromEntries(heads) };
    } finally {
      this.#machine.core.dispose(Object.values(results));
    }
  }

  #images(images: Batch["images"]): Record<string, Tensor> {
    const { core } = this.#machine;
    return Object.fromEntries(
      this.described.inputs.map(({ name }) => {
        const image = images[name];
        if (image === undefined) throw new TrainingError(`there is no image for \`${name}\``);
        return [name, core.tensor(image.data, [...image.shape], "float32")];
      }),
    );
  }

  /**
   * Takes the tensors that it is given. Those that it gives are the caller's.
   * @throws {TrainingError} with what TF.js refuses, as the graph on native TensorFlow
   */
  async #run(signature: string, given: Readonly<Record<string, Value>>): Promise<Results> {
    const { core } = this.#machine;
    const found = this.model.signatures[signature];
    if (found === undefined) throw new RangeError(`the graph has no signature ${signature}`);
    await activate(core, this.backend);
    const names = Object.keys(found.outputs);
    const program = this.#program(
      signature,
      Object.values(found.outputs).map(({ value }) => value),
    );
    const feeds = Object.entries(given).map(([name, value]) => [found.inputs[name]?.value ?? name, value] as const);
    const values = ran(signature, () => program.run(this.#machine, new Map(feeds)));
    return Object.fromEntries(
      names.flatMap((name, index) => {
        const value = values[index];
        return value === undefined || value instanceof HostValue ? [] : [[name, value]];
      }),
    );
  }

  #program(name: string, targets: readonly string[]): Program {
    let program = this.#programs.get(name);
    if (program === undefined) this.#programs.set(name, (program = new Program(this.#nodes, targets)));
    return program;
  }

  #entry(name: string): TrainerState {
    const found = this.state.find((entry) => entry.name === name);
    if (found === undefined) throw new TrainingError(`${this.described.net} has no \`${name}\` among its state`);
    return found;
  }
}

function ran<Result>(signature: string, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    // TF.js refuses with plain errors; these are mistakes of ours.
    if (error instanceof TypeError || error instanceof ReferenceError) throw error;
    throw new TrainingError(`${signature}: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}

const float = (value: number): HostValue => HostValue.scalar("float32", Math.fround(value));
const integer = (value: number): HostValue => HostValue.scalar("int32", value);
