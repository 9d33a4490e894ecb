import type { Progress } from "../../targets/target.js";
import type { TrainingModel } from "../../targets/tfjs-node/build.js";
import type { Description } from "../../targets/tfjs-node/description.js";
import type { EngineName } from "../engines/engine.js";
import type { Trainer } from "./trainer.js";

/** A plan as engines train it. */
export interface Trainable {
  readonly model: TrainingModel;
  readonly description: Description;
}

export interface TrainerOptions {
  readonly engine?: EngineName | "auto";
  /** A folder for what an engine has to have on disk while it runs: the system's own for such unless told. */
  readonly scratch?: string;
  readonly signal?: AbortSignal;
  /** Bytes of weights that the engine was given so far, and in all. */
  readonly onProgress?: (progress: Progress) => void;
}

/** An engine that has started. */
export interface TrainerEngine {
  /** A trainer whose state is zeros. */
  open(trainable: Trainable, options: Pick<TrainerOptions, "scratch">): Promise<Trainer>;
}
