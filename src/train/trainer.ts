/** A net that is being trained, on any engine: the graph on native TensorFlow, or the same graph run eagerly. */
import type { Batch } from "../data/batch.js";

export interface TrainerLosses {
  readonly loss: number;
  /** By output. */
  readonly heads: Readonly<Record<string, number>>;
}

/** A tensor of the state: a weight, or what the optimizer keeps for one (`conv1_1.weight/momentum`). */
export interface TrainerState {
  readonly name: string;
  /** PyTorch's layout: OIHW, IOHW or [C]. */
  readonly shape: readonly number[];
  readonly isWeight: boolean;
}

/** Scores float32 [N, H, W, classes] and mask int32 [N, H, W] of each output. */
export interface Prediction {
  readonly scores: { readonly shape: readonly number[]; data(): Promise<Float32Array> };
  readonly mask: { readonly shape: readonly number[]; readonly data: Int32Array };
}

export interface Trainer {
  /** For people, and for the run's log: `native TensorFlow 2.21 graph (tfjs-node 4.22.0)`. */
  readonly description: string;
  readonly state: readonly TrainerState[];
  /** Updates so far: dropout and sampling draw by it, and Adam corrects its moments by it. Set it to go on with a run. */
  updates: number;
  /** Batches accumulated so far: what random numbers follow from while accumulating. */
  accumulated: number;
  /** One update by one batch; the loss is that before it. */
  step(batch: Batch, options: { readonly rate: number; readonly seed: number }): Promise<TrainerLosses>;
  /** Adds a batch's gradients to those that `apply` will use. */
  accumulate(batch: Batch, options: { readonly seed: number }): Promise<TrainerLosses>;
  /** One update by the mean of what was accumulated since the last. */
  apply(options: { readonly rate: number }): Promise<void>;
  /** The net as it predicts, by output. Leaves no tensor behind. */
  predict(
    images: Batch["images"],
    options?: { readonly scores?: boolean },
  ): Promise<Readonly<Record<string, Prediction>>>;
  read(name: string): Promise<Float32Array>;
  /** Keeps a copy of the values. */
  write(name: string, values: Float32Array): Promise<void>;
  /** Writes the whole state as safetensors, with `updates` and `accumulated`, aside and renamed into place. */
  save(path: string): Promise<void>;
  /** A file of `save` brings the whole state, of another the weights are taken. */
  load(path: string): Promise<void>;
  close(): void;
}
