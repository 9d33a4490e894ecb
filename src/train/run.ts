/** The loop of a run: steps, checkpoints, validation, and what ends it. */
import { setImmediate } from "node:timers/promises";
import type { Batch } from "../data/batch.js";
import { DataError } from "../data/dataset.js";
import type { Plan } from "../model/plan.js";
import { TrainingError } from "../../targets/tfjs-node/module/types.js";
import { reasonOf } from "../weights/errors.js";
import { BatchError } from "./batch-check.js";
import { keepAsBest, saveLast } from "./checkpoint.js";
import type { RunLog, StepLine, StopLine, ValidationLine } from "./log.js";
import type { RunRecipe } from "./recipe.js";
import { RunError } from "./run-error.js";
import { imagesAt, takeStep, type Taken } from "./step.js";
import type { Trainer } from "./trainer.js";
import type { Validation } from "./validate.js";

/** A checkpoint is written so often, however far the next snapshot is. */
const CHECKPOINT_MINUTES = 10;

const CHANGED = "a net or a recipe that is changed for it begins a new run: `--out` names its folder";

export interface RunJob {
  readonly plan: Plan;
  readonly recipe: RunRecipe;
  /** At the state of the last checkpoint. */
  readonly trainer: Trainer;
  readonly folder: string;
  readonly log: RunLog;
  /** The batch that comes next. */
  readonly next: () => Promise<Batch>;
  /** Null where the recipe validates on nothing. */
  readonly validate: ((signal: AbortSignal) => Promise<Validation>) | null;
  /** Of the run so far, as its log has it. */
  readonly progress: {
    readonly seconds: number;
    /** The best mean IU of validations; null before the first. */
    readonly best: number | null;
    /** Whether the state that the trainer has was validated. */
    readonly isValidated: boolean;
  };
  /** What is wrong where a loss is not finite: lines for people. */
  readonly diagnose: (bad: NonNullable<Taken["bad"]>, savedAt: number, seconds: number) => Promise<readonly string[]>;
  /** Ends the run after the step that is being taken. */
  readonly signal: AbortSignal;
  readonly watch: RunWatch;
}

/** Who looks on. */
export interface RunWatch {
  readonly onStep?: (line: StepLine) => void;
  readonly onValidation?: (line: ValidationLine, isBest: boolean) => void;
}

export interface RunEnd {
  readonly why: "done" | "interrupted";
  readonly step: number;
  readonly best: number | null;
}

/**
 * Trains up to the recipe's steps. The state that it ends with is on the disk.
 * @throws {RunError} where it cannot go on, with how to.
 */
export async function runSteps(job: RunJob): Promise<RunEnd> {
  const loop = new Loop(job);
  try {
    return await loop.run();
  } catch (error) {
    throw await loop.failed(error);
  }
}

class Loop {
  readonly #job: RunJob;
  #seconds: number;
  #best: number | null;
  #savedAt: number;
  #savedTime = performance.now();

  constructor(job: RunJob) {
    this.#job = job;
    this.#seconds = job.progress.seconds;
    this.#best = job.progress.best;
    this.#savedAt = job.trainer.updates;
  }

  async run(): Promise<RunEnd> {
    const { trainer, recipe, signal, progress } = this.#job;
    if (!progress.isValidated && this.#isDue(trainer.updates)) await this.#validate();
    while (trainer.updates < recipe.steps && !signal.aborted) {
      await this.#step();
      // Steps on native TensorFlow leave no time for signals otherwise.
      await setImmediate();
      const isDue = this.#isDue(trainer.updates);
      const minutes = (performance.now() - this.#savedTime) / 60_000;
      if (isDue || signal.aborted || minutes >= CHECKPOINT_MINUTES) await this.#save();
      if (isDue && !signal.aborted) await this.#validate();
    }
    const isDone = trainer.updates >= recipe.steps && !signal.aborted;
    return this.#stop(isDone ? "done" : "interrupted");
  }

  /** Says in the log that a run has ended, keeps what can be kept, and gives the error to throw. */
  async failed(error: unknown): Promise<unknown> {
    const { trainer, recipe, log, folder } = this.#job;
    const isOfData = error instanceof DataError || error instanceof BatchError;
    let kept = this.#savedAt;
    try {
      // What was wrong was found before the step: the state is that of the last update.
      if (isOfData) {
        if (recipe.accumulate > 1) trainer.accumulated = trainer.updates * recipe.accumulate;
        if (trainer.updates > this.#savedAt) await this.#save();
        kept = trainer.updates;
      }
      const stop =
        error instanceof NotFiniteError
          ? ({ step: error.step, why: "nan" } as const)
          : ({ step: trainer.updates, why: "failed" } as const);
      await log.append({ kind: "stop", ...stop, time: new Date().toISOString() });
    } catch {
      // The first fault is told; the checkpoint before is whole.
    }
    if (error instanceof TrainingError) return this.#engineFailed(error);
    if (!isOfData) return error;
    const help = "help" in error ? error.help : [];
    return new RunError(
      error.message,
      [...help, `the run is kept after step ${kept} in ${folder}: mend the data, and go on with \`--resume\``, CHANGED],
      { cause: error },
    );
  }

  #engineFailed(error: TrainingError): RunError {
    const { recipe, folder } = this.#job;
    const lacksMemory = /memory|\bOOM\b|alloc/i.test(error.message);
    return new RunError(
      `after step ${this.#job.trainer.updates} the engine could not go on: ${error.message}`,
      [
        ...(lacksMemory
          ? [
              recipe.batch > 1
                ? `a smaller batch takes less memory: \`--set batch=1 --set accumulate=${recipe.batch * recipe.accumulate}\``
                : "smaller pictures take less memory: `--set 'augment={ crop: 224x224 }'` cuts windows of them",
              "`fcnc doctor` says whether native TensorFlow is there, which may use all memory of the machine",
              CHANGED,
            ]
          : []),
        `the checkpoint after step ${this.#savedAt} in ${folder} is whole: \`--resume\` goes on from it`,
      ],
      { cause: error },
    );
  }

  async #step(): Promise<void> {
    const { trainer, recipe, log, watch } = this.#job;
    const started = performance.now();
    let waited = 0;
    const taken = await takeStep(trainer, recipe, async () => {
      const before = performance.now();
      const batch = await this.#job.next();
      waited += performance.now() - before;
      return batch;
    });
    if (taken.bad !== null) throw await this.#notFinite(taken.bad);
    const time = performance.now() - started;
    this.#seconds += time / 1000;
    const line: StepLine = {
      kind: "step",
      step: trainer.updates,
      images: imagesAt(recipe, trainer.updates),
      ...taken.losses,
      rate: taken.rate,
      seconds: Number(this.#seconds.toFixed(3)),
      wait: Number((waited / time).toFixed(3)),
    };
    await log.append(line);
    watch.onStep?.(line);
  }

  async #notFinite(bad: NonNullable<Taken["bad"]>): Promise<RunError> {
    const { trainer, recipe, diagnose, folder } = this.#job;
    const step = trainer.updates + (bad.isUpdated ? 0 : 1);
    // That the loss is not finite is told in any case.
    const lines = await diagnose(bad, this.#savedAt, this.#seconds).catch((error: unknown) => [
      `which layer it came from is not known: ${reasonOf(error)}`,
    ]);
    return new NotFiniteError(
      step,
      [`the loss of step ${step} is ${bad.loss}, on ${bad.batch.names.join(", ")}`, ...lines].join("\n  "),
      [
        `a rate that is too high is the usual cause, and ${recipe.rate} it was: begin anew with a tenth of it, ` +
          `\`--set optimizer.rate=${Number((recipe.rate / 10).toPrecision(3))} --out FOLDER\``,
        ...(recipe.loss.reduce === "sum"
          ? [
              "`loss: softmax(reduce: sum)` adds up over all pixels: a rate for it is thousands of times below one for the mean",
            ]
          : []),
        `the checkpoint after step ${this.#savedAt} in ${folder} is from before it`,
      ],
    );
  }

  async #save(): Promise<void> {
    const { trainer, folder, log } = this.#job;
    await log.settle();
    await saveLast(trainer, folder);
    this.#savedAt = trainer.updates;
    this.#savedTime = performance.now();
  }

  #isDue(step: number): boolean {
    const { validate, recipe } = this.#job;
    const isSnapshot = step > 0 && (step % recipe.snapshot === 0 || step === recipe.steps);
    return isSnapshot && (validate !== null || step > this.#savedAt);
  }

  /** The best is kept before the log says so: a run that is killed in between validates anew. */
  async #validate(): Promise<void> {
    const { trainer, recipe, validate, signal, folder, log, watch } = this.#job;
    if (validate === null) return;
    const found = await validate(signal).catch((error: unknown) => {
      if (signal.aborted) return null;
      throw error;
    });
    if (found === null) return;
    const step = trainer.updates;
    // Where no pixel counts there is no mean IU, and nothing is better or worse.
    const isBest = Number.isFinite(found.meanIU) && (this.#best === null || found.meanIU > this.#best);
    if (isBest) {
      await keepAsBest(folder);
      this.#best = found.meanIU;
    }
    const line: ValidationLine = { kind: "validation", step, images: imagesAt(recipe, step), ...found };
    await log.append(line);
    watch.onValidation?.(line, isBest);
  }

  async #stop(why: RunEnd["why"]): Promise<RunEnd> {
    const step = this.#job.trainer.updates;
    const line: StopLine = { kind: "stop", step, why, time: new Date().toISOString() };
    await this.#job.log.append(line);
    return { why, step, best: this.#best };
  }
}

class NotFiniteError extends RunError {
  constructor(
    /** Whose loss it is. */
    readonly step: number,
    message: string,
    help: readonly string[],
  ) {
    super(message, help);
  }
}
