/** A run's folder as a report tells of it. */
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { numberedLabels } from "../model/labels.js";
import type { Plan, PlanOutput } from "../model/plan.js";
import type { ReportRun } from "../report/report-run.js";
import { parseRunLog, type RunLog } from "../report/run-log.js";
import { BEST, LAST, WEIGHTS } from "../train/checkpoint.js";
import { LOG } from "../train/log.js";
import { readRun, SPEC, type RunDescription } from "../train/run-folder.js";
import { reasonOf } from "../weights/errors.js";
import { Fault } from "./fail.js";
import { readPlan } from "./read-plan.js";
import { duration } from "./train-progress.js";

export interface FoundRun {
  readonly folder: string;
  readonly run: RunDescription;
  readonly plan: Plan;
  readonly log: RunLog;
  readonly spec: string | null;
}

/** @throws {Fault} for what is no run's folder, {ReportError} for a log that is none */
export async function readRunFolder(folder: string): Promise<FoundRun> {
  const found = await stat(folder).catch(() => null);
  if (!found?.isDirectory()) throw new Fault(`there is no folder \`${folder}\``, ["name the folder of a run"]);
  const run = await readRun(folder);
  if (run === null)
    throw new Fault(`\`${folder}\` is no run: it has no run.json`, ["name a folder that `fcnc train` wrote"]);
  const file = join(folder, LOG);
  const text = await readFile(file, "utf8").catch((error: unknown) => {
    throw new Fault(`${file} cannot be read: ${reasonOf(error)}`);
  });
  const spec = await readFile(join(folder, SPEC), "utf8").catch(() => null);
  return { folder, run, plan: await readPlan(folder), log: parseRunLog(text, file), spec };
}

/** The file with the weights that a run came to: those that it ended with, else the best so far, else the last. */
export async function weightsOf(folder: string): Promise<string | null> {
  for (const name of [WEIGHTS, BEST, LAST]) {
    const found = await stat(join(folder, name)).catch(() => null);
    if (found?.isFile()) return join(folder, name);
  }
  return null;
}

export function describeRun({ folder, run, plan, log, spec }: FoundRun): Omit<ReportRun, "samples" | "withoutSamples"> {
  const last = log.steps.at(-1);
  const facts: [string, string | null][] = [
    ["spec", run.file],
    ["recipe", run.recipe],
    ["set for this run", run.set.length > 0 ? run.set.join(", ") : null],
    ["trained on", run.data.train],
    ["validated on", run.data.validate],
    ["weights at first", run.weights.join(", ")],
    ["engine", run.engine],
    [
      "versions",
      Object.entries(run.versions)
        .map(([name, version]) => `${name} ${version}`)
        .join(", "),
    ],
    ["seed", String(run.seed)],
    ["started", run.started],
    ["sessions", log.sessions.length > 1 ? String(log.sessions.length) : null],
    ["updates", last ? `${last.step.toLocaleString("en")}, ${last.images.toLocaleString("en")} images` : "none yet"],
    ["time", last?.seconds ? duration(last.seconds) : null],
    ["ended", log.stopped ?? "not yet, or killed"],
    ["plan", run.digest],
  ];
  const labels = plan.outputs.map((output) => [output.name, labelsOf(output, log)] as const);
  return {
    name: folder,
    net: run.net,
    facts: facts.filter((fact): fact is [string, string] => fact[1] !== null && fact[1] !== ""),
    log,
    labels: Object.fromEntries(labels),
    spec,
  };
}

/** Colours of their own for classes that the net has no labels for, under the names that the run's log has for them. */
function labelsOf({ name, classes, labels }: PlanOutput, { validations }: RunLog): NonNullable<PlanOutput["labels"]> {
  if (labels) return labels;
  const numbered = numberedLabels(classes);
  const logged = validations.at(-1)?.heads.find((head) => head.name === name)?.classes;
  const named = numbered.classes.map((one, index) => ({ ...one, name: logged?.[index]?.name ?? one.name }));
  return { ...numbered, classes: named };
}
