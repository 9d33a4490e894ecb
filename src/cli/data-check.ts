/** `fcnc data check SPEC|CALL|DIR`: reads whole data sets once and says what is in them, and what is wrong. */
import { stat } from "node:fs/promises";
import { datasetCallOf } from "../data/call.js";
import { DataError, type Dataset, type DatasetCall } from "../data/dataset.js";
import { openDataset } from "../data/datasets/index.js";
import type { Finding } from "../data/check/finding.js";
import { openReader } from "../data/check/facts-reader.js";
import { judgePlan, matchingOf } from "../data/check/judge-plan.js";
import { judgeSet } from "../data/check/judge-set.js";
import { overlapOf, type Surveyed } from "../data/check/overlap.js";
import { recognise } from "../data/check/recognise.js";
import { surveyOf, type Survey } from "../data/check/survey.js";
import type { Matching } from "../data/match.js";
import { withoutOrder } from "../data/order.js";
import type { Plan } from "../model/plan.js";
import { reportJson, reportText, type Checked } from "./data-report.js";
import { dataRootOf, readCall, specFolder, type DataRootOption } from "./data-options.js";
import { exitCodes, Fault } from "./fail.js";
import { interruptible } from "./interrupt.js";
import { type FormatOption, print, printJson, statusLine } from "./output.js";
import { readTrainSpec } from "./train-spec.js";
import type { CompileOptions } from "../compile.js";

interface CheckOptions extends CompileOptions, DataRootOption, FormatOption {}

interface Opened {
  readonly role: Checked["role"];
  readonly call: DatasetCall;
  readonly dataset: Dataset;
}

export async function run(what: string, options: CheckOptions): Promise<void> {
  const { plan, sets } = await open(what, options);
  const checked: Checked[] = [];
  const surveyed: (Surveyed & { readonly role: Checked["role"] })[] = [];
  await interruptible(async (signal) => {
    for (const { role, call, dataset } of sets) {
      const status = statusLine(`reading ${dataset.title}:`);
      const reader = openReader(call, dataset);
      try {
        const matching = plan && matchingOf(dataset, plan);
        const fits = matching && "outputs" in matching ? matching : null;
        const read = await surveyOf(dataset, signal, (done, total) => status.update(`${done} of ${total}`), reader);
        const survey = fits ? namedBy(read, fits) : read;
        surveyed.push({ role, call, survey });
        const classesOf = (name: string): number | null =>
          fits?.outputs.find(({ labelSet }) => labelSet === name)?.output.classes ?? null;
        const findings: Finding[] = judgeSet(survey, ({ name, classes }) => classesOf(name) ?? classes?.length ?? null);
        if (matching && !("outputs" in matching)) findings.push(matching);
        if (plan && fits) findings.push(...judgePlan(survey, plan, fits, role === "train"));
        checked.push({ role, survey, findings });
      } finally {
        status.end();
        await reader.close();
      }
    }
  });
  const [first, ...others] = surveyed;
  const overlaps = first ? others.flatMap((other) => overlapOf(first, other)) : [];
  const findings = [...checked.flatMap((one) => one.findings), ...overlaps];
  if (options.format === "json") printJson(reportJson(checked, findings, plan));
  else print(reportText(checked, findings));
  if (findings.some(({ severity }) => severity === "error")) process.exitCode = exitCodes.fault;
}

/** Classes that the data set has no names for are called as the net's. */
function namedBy(survey: Survey, { outputs }: Matching): Survey {
  const labelSets = survey.labelSets.map((set) => {
    const labels = outputs.find(({ labelSet }) => labelSet === set.name)?.output.labels;
    return { ...set, classes: set.classes ?? labels?.classes.map(({ name }) => name) ?? null };
  });
  return { ...survey, labelSets };
}

/** The sets that a spec's recipe, a call or a folder names; of several splits the one to train on is the first. */
async function open(
  what: string,
  options: CheckOptions,
): Promise<{ readonly plan: Plan | null; readonly sets: readonly Opened[] }> {
  const found = await stat(what).catch(() => null);
  if (found?.isDirectory()) {
    const splits = await recognise(what);
    return { plan: null, sets: splits.map(({ call, dataset }) => ({ role: null, call, dataset })) };
  }
  if (/^\s*\w+\s*\(/.test(what) && !found) {
    const call = withoutOrder(readCall(what, "the call", await dataRootOf(options, "."), options));
    return { plan: null, sets: [{ role: null, call, dataset: await openDataset(call) }] };
  }
  if (!found && !what.endsWith(".fcn"))
    throw new Fault(`\`${what}\` is no spec, no folder and no call of a data set`, [
      "write a call as recipes have it: `fcnc data check 'voc2012(split: \"train\")'`",
    ]);
  return openSpec(what, options);
}

async function openSpec(path: string, options: CheckOptions): Promise<{ plan: Plan; sets: Opened[] }> {
  const { plan, path: named } = await readTrainSpec(path, options);
  const root = await dataRootOf(options, specFolder(named));
  const sets: Opened[] = [];
  for (const [role, key] of [
    ["train", "data"],
    ["validate", "validate"],
  ] as const) {
    const value = plan.train?.[key];
    if (value === undefined) continue;
    const call = withoutOrder(datasetCallOf(value, root));
    sets.push({ role, call, dataset: await openDataset(call) });
  }
  if (sets.length === 0)
    throw new DataError(`${plan.net} has no recipe that names data`, [
      'write `data: voc("FOLDER", split: "train")` into its `train`, or name the data itself',
    ]);
  return { plan, sets };
}
