/** `fcnc report RUN...`: what became of a run as one HTML page, or of several beside one another. */
import { hostname } from "node:os";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { datasetCallOf } from "../data/call.js";
import { DataError } from "../data/dataset.js";
import { EngineError } from "../engines/engine.js";
import { comparePage } from "../report/compare-page.js";
import { reportPage } from "../report/page.js";
import { bestValidation, type Sample } from "../report/report-run.js";
import { eventFileName, logEvents } from "../report/tensorboard.js";
import { WeightsError } from "../weights/errors.js";
import { dataRootOf, type DataRootOption } from "./data-options.js";
import { Fault, UsageError } from "./fail.js";
import { interruptible } from "./interrupt.js";
import { startPlan } from "./open-net.js";
import { print, printJson, tellNote, type FormatOption } from "./output.js";
import { stem } from "./paths.js";
import { predictorOf } from "./predictor.js";
import { describeRun, readRunFolder, weightsOf, type FoundRun } from "./report-read.js";
import { predictSamples } from "./report-samples.js";
import type { EngineOptions } from "./start-engine.js";
import { openWeights } from "./weights.js";
import { admitPlace, replaceFile } from "./write-file.js";

interface ReportOptions extends EngineOptions, FormatOption, DataRootOption {
  readonly output?: string;
  readonly samples: number;
  readonly tensorboard?: string;
}

const PAGE = "report.html";

export async function run(folders: readonly string[], options: ReportOptions): Promise<void> {
  const [first = "", second] = folders;
  const output = options.output ?? (second === undefined ? join(first, PAGE) : PAGE);
  const found: FoundRun[] = [];
  for (const folder of folders) found.push(await readRunFolder(folder));
  await admitPlace(output);
  const written: string[] = [];
  if (options.tensorboard !== undefined) written.push(...(await writeEvents(found, options.tensorboard)));
  const examples = await interruptible(async (signal) => {
    const [only, other] = found;
    return only && !other ? samplesOf(only, options, signal) : { samples: [], withoutSamples: null };
  });
  const runs = found.map((one) => ({ ...describeRun(one), ...examples }));
  const [only] = runs;
  if (!only) throw new Error("a report of no run");
  await replaceFile(output, runs.length === 1 ? reportPage(only) : comparePage(runs));
  written.unshift(output);
  if (options.format === "json") printJson({ runs: found.map(runJson), samples: examples.samples.length, written });
  else print(`wrote ${written.join(", ")}`);
}

interface Examples {
  readonly samples: readonly Sample[];
  readonly withoutSamples: string | null;
}

/** A report is made without examples where data, weights or an engine are gone, and says so. */
async function samplesOf(
  { folder, plan, run }: FoundRun,
  options: ReportOptions,
  signal: AbortSignal,
): Promise<Examples> {
  const none = (why: string): Examples => {
    tellNote(`the report has no examples: ${why}`);
    return { samples: [], withoutSamples: `There are no examples: ${why}.` };
  };
  if (options.samples === 0) return { samples: [], withoutSamples: null };
  const data = plan.train?.["validate"] ?? plan.train?.["data"];
  const file = await weightsOf(folder);
  if (data === undefined) return none("the recipe names no data");
  if (file === null) return none("the run has written no weights yet");
  if (plan.outputs.some(({ classes }) => classes > 255)) return none("there are more classes than a picture can show");
  try {
    const { root } = run.data;
    const call = datasetCallOf(data, options.dataRoot === undefined ? root : await dataRootOf(options, root));
    // A checkpoint has more than the weights.
    const weights = await openWeights(plan, { weights: [file], seed: 0, allow: "left-over" }, () => undefined);
    if (!weights) throw new Error("weights were named and not opened");
    try {
      const { model } = await startPlan(plan, weights, options);
      const samples = await predictSamples(plan, predictorOf(plan, model), call, options.samples, signal);
      model.dispose();
      return { samples, withoutSamples: null };
    } finally {
      await weights.close();
    }
  } catch (error) {
    const isExpected = [DataError, WeightsError, EngineError, Fault].some((kind) => error instanceof kind);
    if (isExpected && error instanceof Error) return none(error.message);
    throw error;
  }
}

/** One folder for each run below `folder`, as TensorBoard tells runs apart. */
async function writeEvents(runs: readonly FoundRun[], folder: string): Promise<string[]> {
  if (folder === "") throw new UsageError("`--tensorboard` names no folder");
  const written: string[] = [];
  for (const [index, { folder: name, log, run }] of runs.entries()) {
    const own = runs.length === 1 ? folder : join(folder, `${index + 1}-${stem(name)}`);
    await mkdir(own, { recursive: true }).catch((error: unknown) => {
      throw new Fault(`\`${own}\` cannot be made`, [], { cause: error });
    });
    const path = join(own, eventFileName(Date.parse(run.started) || 0, hostname()));
    await replaceFile(path, logEvents(log));
    written.push(path);
  }
  return written;
}

function runJson({ folder, run, log }: FoundRun): object {
  const best = bestValidation(log);
  const { net, digest, recipe, engine, started } = run;
  const last = log.steps.at(-1);
  return {
    folder,
    net,
    digest,
    recipe,
    engine,
    started,
    stopped: log.stopped,
    steps: last?.step ?? 0,
    images: last?.images ?? 0,
    loss: last?.loss ?? null,
    best: best && { step: best.step, images: best.images, ...best.metrics },
  };
}
