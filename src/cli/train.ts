import { join, resolve } from "node:path";
import packageJson from "../../package.json" with { type: "json" };
import type { CompileOptions } from "../compile.js";
import { hundred } from "../metrics/text.js";
import { WEIGHTS } from "../train/checkpoint.js";
import { admitOrigin } from "../train/origin.js";
import { readRunRecipe } from "../train/recipe.js";
import type { RunResult } from "../train/run-result.js";
import { readRun } from "../train/run-folder.js";
import { trainRun } from "../train/session.js";
import { stagesOf, type StageSpec } from "../train/stages.js";
import { dataRootOf, specFolder, type DataRootOption } from "./data-options.js";
import { exitCodes, UsageError } from "./fail.js";
import { interruptible } from "./interrupt.js";
import { print, printJson, Stopped, tell, tellNote, type FormatOption } from "./output.js";
import { specPath, stem } from "./paths.js";
import type { EngineOptions } from "./start-engine.js";
import { stageSettings } from "./train-settings.js";
import { metricsText, TrainProgress } from "./train-progress.js";
import { earlierSpecs, readTrainSpec, type TrainSpec } from "./train-spec.js";
import { openStart, type StartOptions } from "./train-weights.js";

interface TrainOptions extends CompileOptions, FormatOption, StartOptions, EngineOptions, DataRootOption {
  readonly out?: string;
  readonly staged?: boolean;
  readonly resume?: boolean;
  readonly steps?: number;
  readonly validateLimit?: number;
  readonly tensorboard?: boolean;
}

/** What is asked for, and of a run that goes on what was. */
interface Asked extends TrainOptions {
  /** Where the run had its data, unless another place is named. */
  readonly dataBefore?: string;
}

/** `fcnc train SPEC`: a run, or with `--staged` one for each spec of its chain. */
export async function run(path: string, options: TrainOptions): Promise<void> {
  if (options.out === "") throw new UsageError("`--out` names no folder");
  await interruptible(async (signal) => {
    signal.addEventListener(
      "abort",
      () => tell("\ninterrupted: the step is finished and saved; once more ends at once"),
      {
        once: true,
      },
    );
    if (options.staged === true) await trainStages(path, options, signal);
    else await trainOne(path, options, signal);
  });
}

async function trainOne(path: string, options: TrainOptions, signal: AbortSignal): Promise<void> {
  const folder =
    options.out ?? join("fcnc-runs", stem(path) + (options.recipe === undefined ? "" : `-${options.recipe}`));
  const asked = await askedBefore(folder, options);
  const spec = await readTrainSpec(path, asked);
  const result = await trainSpec(spec, folder, asked, signal);
  if (options.format === "json") printJson(jsonOf(spec, result));
  else report(spec, result);
  stopIfInterrupted(result);
}

/** Stages that are finished are passed over; the chain stops where one is interrupted. */
async function trainStages(path: string, options: TrainOptions, signal: AbortSignal): Promise<void> {
  const root = options.out ?? join("fcnc-runs", `${stem(path)}-staged`);
  const last = specPath(path);
  const settings = stageSettings(options.set ?? []);
  const asked = (file: string): TrainOptions => {
    // The net that was named is the last one's.
    const { net, ...shared } = options;
    return { ...shared, ...(file === last && net !== undefined && { net }), set: settings.of(stem(file)) };
  };
  const read = async (file: string): Promise<TrainSpec & StageSpec> => ({
    name: stem(file),
    ...(await readTrainSpec(file, asked(file), false)),
  });
  const stages = await stagesOf(last, read, (spec) => earlierSpecs(spec, readRunRecipe(spec.plan).after));
  settings.admit(stages.map(({ spec }) => spec.name));
  const done: object[] = [];
  for (const { spec, folder, weights } of stages) {
    tell(`stage ${done.length + 1} of ${stages.length}: ${spec.name}`);
    const made = new Map([...weights].map(([file, from]) => [file, join(root, from)]));
    if (options.resume === true)
      await admitOrigin(
        join(root, folder),
        [...made.values()].map((from) => join(from, WEIGHTS)),
        signal,
      );
    // Weights that are named are what the first stages start from.
    const { weights: named, ...others } = await askedBefore(join(root, folder), asked(spec.path));
    const own = made.size === 0 && named ? { ...others, weights: named } : others;
    const compiled = await readTrainSpec(spec.path, own);
    const result = await trainSpec(compiled, join(root, folder), own, signal, made);
    done.push(jsonOf(compiled, result));
    if (options.format !== "json") report(compiled, result);
    else if (result.why === "interrupted") printJson({ stages: done });
    stopIfInterrupted(result);
  }
  if (options.format === "json") printJson({ stages: done });
}

/** A run that goes on is asked for as it was; what is set now counts beside it. */
async function askedBefore(folder: string, options: TrainOptions): Promise<Asked> {
  const steps = options.steps === undefined ? [] : [`steps=${options.steps}`];
  const set = [...(options.set ?? []), ...steps];
  const before = options.resume === true ? await readRun(folder) : null;
  if (before === null) return { ...options, set };
  const recipe = options.recipe ?? before.recipe;
  return {
    ...options,
    ...(recipe !== null && { recipe }),
    set: [...before.set, ...set],
    ...(options.dataRoot === undefined && { dataBefore: before.data.root }),
  };
}

async function trainSpec(
  spec: TrainSpec,
  folder: string,
  options: Asked,
  signal: AbortSignal,
  made?: ReadonlyMap<string, string>,
): Promise<RunResult> {
  const { plan, texts, overrides } = spec;
  let progress: TrainProgress | null = null;
  try {
    return await trainRun({
      plan,
      texts,
      folder,
      overrides,
      resume: options.resume ?? false,
      engine: options.engine,
      dataRoot: resolve(options.dataBefore ?? (await dataRootOf(options, specFolder(spec.path)))),
      openWeights: () => openStart(plan, options, made),
      recipeName: options.recipe ?? null,
      set: options.set ?? [],
      versions: { fcnc: packageJson.version, node: process.version },
      ...(options.validateLimit !== undefined && { validateLimit: options.validateLimit }),
      tensorboard: options.tensorboard ?? false,
      signal,
      watch: {
        onOpened({ engine, step, recipe }) {
          tell(`engine: ${engine}`);
          tell(step === 0 ? `training ${plan.net} in ${folder}` : `going on after step ${step} in ${folder}`);
          progress = new TrainProgress(recipe, step);
        },
        onStep: (line) => progress?.step(line),
        onValidating: (count, total) => progress?.validating(count, total),
        onValidation: (line, isBest) => progress?.validation(line, isBest),
        note: tellNote,
      },
    });
  } finally {
    (progress as TrainProgress | null)?.end();
  }
}

function report({ path }: TrainSpec, { why, step, steps, weights, folder, validation, best }: RunResult): void {
  const state =
    why === "done"
      ? `trained ${steps.toLocaleString("en")} step${steps === 1 ? "" : "s"}`
      : `stopped after step ${step} of ${steps}`;
  print(`${state}: ${folder}`);
  if (validation !== null) {
    print(`  after step ${validation.step}: ${metricsText(validation)}`);
  }
  print(best === null ? `  weights: ${weights}` : `  weights of the best mean IU, ${hundred(best)}: ${weights}`);
  if (why === "interrupted") print(`go on with it: add \`--resume\` to the same command`);
  else print(`next: fcnc compile ${path} --weights ${weights}\n      fcnc report ${folder}`);
}

function jsonOf({ plan, path }: TrainSpec, { validation, ...result }: RunResult): object {
  const { net, digest } = plan;
  if (validation === null) return { net, spec: path, digest, ...result, validation };
  const { kind: _, heads: __, ...metrics } = validation;
  return { net, spec: path, digest, ...result, validation: metrics };
}

function stopIfInterrupted({ why }: RunResult): void {
  if (why !== "interrupted") return;
  process.exitCode = exitCodes.interrupted;
  throw new Stopped();
}
