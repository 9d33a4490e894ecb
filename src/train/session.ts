/** A run from its plan to its weights: folder, engine, data and log are opened, the loop runs, what it made is written. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Dataset } from "../data/dataset.js";
import { admitFiles } from "../data/files-present.js";
import type { Batches } from "../data/open-batches.js";
import type { PlanValue } from "../model/plan.js";
import { drawCurves } from "../report/curves.js";
import { parseRunLog } from "../report/run-log.js";
import { reasonOf } from "../weights/errors.js";
import type { PlanWeights } from "../weights/plan-weights.js";
import { BEST, LAST, saveLast, writeWeights } from "./checkpoint.js";
import { watchWithEvents } from "./event-watch.js";
import { describeRun } from "./describe-run.js";
import { cutLog, LOG, readLog, RunLog, type LogLine } from "./log.js";
import { openTrainer, type OpenedTrainer } from "./open-trainer.js";
import { originDigests } from "./origin.js";
import { readRunRecipe, type RunRecipe } from "./recipe.js";
import { admitResume, checkpointWeights, settleCheckpoint } from "./resume.js";
import { retrace } from "./retrace.js";
import { admitSameNames, admitValidation, openTraining, openValidation, type RunDataOptions } from "./run-data.js";
import { RunError } from "./run-error.js";
import { readRun, takeFolder, writeRun, type RunDescription } from "./run-folder.js";
import type { RunRequest } from "./run-request.js";
import { bestOf, readFinished, resultOf, type RunResult } from "./run-result.js";
import { runSteps, type RunEnd, type RunJob } from "./run.js";
import { imagesAt } from "./step.js";
import { validate, type Validation } from "./validate.js";

const CURVES = "curves.svg";

/** @throws {RunError} where it cannot begin or go on; other errors for people come from weights, data and engines. */
export async function trainRun(request: RunRequest): Promise<RunResult> {
  const { plan, folder } = request;
  const recipe = readRunRecipe(plan);
  const before = await readRun(folder);
  if (before !== null && !request.resume)
    throw new RunError(`${folder} holds a run already, begun ${before.started}`, [
      "`--resume` goes on with it",
      "`--out` names another folder for a new one",
    ]);
  if (before !== null) await admitResume(before, plan, folder);
  const lock = await takeFolder(folder);
  try {
    if (before !== null) await settleCheckpoint(before, folder, request.watch.note);
    const finished = before === null ? null : await readFinished(before, recipe, folder);
    return finished ?? (await new Session(request, recipe, before).run());
  } finally {
    await lock.release();
  }
}

class Session {
  readonly #request: RunRequest;
  readonly #recipe: RunRecipe;
  readonly #before: RunDescription | null;
  /** What it started from, for the record. */
  #named: readonly string[] = [];
  #digests: Readonly<Record<string, string>> = {};

  constructor(request: RunRequest, recipe: RunRecipe, before: RunDescription | null) {
    this.#request = request;
    this.#recipe = recipe;
    this.#before = before;
  }

  async run(): Promise<RunResult> {
    const trainer = await this.#openTrainer();
    try {
      return await this.#withData(trainer);
    } finally {
      trainer.close();
    }
  }

  /** What an engine cannot train is said here, before the data is opened. */
  async #openTrainer(): Promise<OpenedTrainer> {
    const { engine, signal } = this.#request;
    const weights = await this.#openWeights();
    try {
      const trainer = await openTrainer(this.#request.plan, weights, { engine, signal });
      if (this.#before !== null) await trainer.load(this.#path(LAST));
      return trainer;
    } finally {
      await weights?.close();
    }
  }

  async #openWeights(): Promise<PlanWeights | null> {
    const { plan } = this.#request;
    if (this.#before !== null) return checkpointWeights(plan, this.#path(LAST));
    const { weights, named } = await this.#request.openWeights();
    try {
      this.#named = named;
      this.#digests = await originDigests(named, this.#request.signal);
      return weights;
    } catch (error) {
      await weights?.close();
      throw error;
    }
  }

  async #withData(trainer: OpenedTrainer): Promise<RunResult> {
    const { validate: validation } = this.#recipe;
    const batches = await openTraining(this.#data, imagesAt(this.#recipe, trainer.updates));
    try {
      if (this.#before !== null) admitSameNames(this.#before, batches.dataset, this.#request.folder);
      // That all is there is known before the first step, and not in the third epoch.
      await admitFiles(batches.dataset);
      if (validation !== null) await admitValidation(this.#data, validation);
      return await this.#withLog(trainer, batches);
    } finally {
      await batches.close();
    }
  }

  async #withLog(trainer: OpenedTrainer, batches: Batches): Promise<RunResult> {
    const step = trainer.updates;
    const lines = this.#before === null ? [] : await cutLog(this.#path(LOG), step);
    if (this.#before === null) await this.#begin(trainer, batches.dataset);
    else await this.#goOn(this.#before, trainer);
    const log = await RunLog.open(this.#path(LOG));
    try {
      const { recipe, watch } = { recipe: this.#recipe, watch: this.#request.watch };
      watch.onOpened?.({ engine: trainer.description, step, recipe });
      const end = await this.#loop(trainer, batches, log, lines);
      return await this.#finish(trainer, end);
    } finally {
      await log.close();
    }
  }

  /** The first checkpoint is there before `run.json` is: a run that has begun can go on. */
  async #begin(trainer: OpenedTrainer, dataset: Dataset): Promise<void> {
    const { plan, folder, texts } = this.#request;
    await saveLast(trainer, folder);
    await writeFile(this.#path(LOG), "");
    const run = describeRun(this.#request, this.#recipe, {
      engine: trainer.description,
      weights: this.#named,
      weightDigests: this.#digests,
      dataset,
    });
    await writeRun(folder, run, plan, texts);
  }

  async #goOn(before: RunDescription, trainer: OpenedTrainer): Promise<void> {
    const { plan, folder, watch, set, overrides } = this.#request;
    if (before.engine !== trainer.description)
      watch.note?.(
        `the run was on ${before.engine}, and goes on on ${trainer.description}: last digits of its losses will differ`,
      );
    if (before.digest === plan.digest) return;
    const digests = [...new Set([...before.digests, plan.digest])];
    const run = { ...before, digest: plan.digest, digests, set, overrides, train: plan.train ?? {} };
    await writeRun(folder, run, plan, []);
  }

  async #loop(trainer: OpenedTrainer, batches: Batches, log: RunLog, lines: readonly LogLine[]): Promise<RunEnd> {
    const { plan, folder, signal, watch, versions } = this.#request;
    const { validate: validation } = this.#recipe;
    await log.append({
      kind: this.#before === null ? "start" : "resume",
      step: trainer.updates,
      time: new Date().toISOString(),
      engine: trainer.description,
      fcnc: versions["fcnc"] ?? "",
    });
    const events = this.#request.tensorboard === true ? await watchWithEvents(folder, watch) : null;
    const job: RunJob = {
      plan,
      recipe: this.#recipe,
      trainer,
      folder,
      log,
      next: () => batches.next(),
      validate: validation === null ? null : () => this.#validate(trainer, validation),
      progress: {
        seconds: lines.findLast((line) => line.kind === "step")?.seconds ?? 0,
        best: bestOf(lines),
        isValidated: lines.some((line) => line.kind === "validation" && line.step === trainer.updates),
      },
      diagnose: (bad, savedAt, seconds) => retrace({ data: this.#data, trainer, folder, savedAt, seconds }, bad),
      signal,
      watch: events ?? watch,
    };
    try {
      return await runSteps(job);
    } finally {
      await events?.close().catch((error: unknown) => watch.note?.(reasonOf(error)));
    }
  }

  async #validate(trainer: OpenedTrainer, call: PlanValue): Promise<Validation> {
    const { plan, signal, watch, validateLimit } = this.#request;
    const batches = await openValidation(this.#data, call);
    try {
      return await validate(plan, trainer, batches, {
        signal,
        ...(watch.onValidating && { onProgress: watch.onValidating }),
        ...(validateLimit !== undefined && { limit: validateLimit }),
      });
    } finally {
      await batches.close();
    }
  }

  async #finish(trainer: OpenedTrainer, end: RunEnd): Promise<RunResult> {
    const { folder, plan } = this.#request;
    await writeWeights(this.#path(end.best === null ? LAST : BEST), trainer, folder);
    const lines = await readLog(this.#path(LOG));
    const text = lines.map((line) => JSON.stringify(line)).join("\n");
    await writeFile(this.#path(CURVES), drawCurves([{ name: plan.net, log: parseRunLog(text, LOG) }]));
    return resultOf(this.#request.folder, this.#recipe, trainer.description, lines, end);
  }

  #path(name: string): string {
    return join(this.#request.folder, name);
  }

  get #data(): RunDataOptions {
    const { plan, dataRoot: root, watch } = this.#request;
    return { plan, recipe: this.#recipe, root, ...(watch.note && { note: watch.note }) };
  }
}
