/** What must hold for a run to go on. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { canonicalJson } from "../model/canonical-json.js";
import type { Plan, PlanSettings } from "../model/plan.js";
import { isFile } from "../data/files.js";
import { WeightsError } from "../weights/errors.js";
import { openWeightFile } from "../weights/formats/index.js";
import { matchWeights } from "../weights/match.js";
import type { PlanWeights } from "../weights/plan-weights.js";
import { BEST, goBackToBest, LAST, readCheckpoint, WEIGHTS, type CheckpointInfo } from "./checkpoint.js";
import { readRunRecipe } from "./recipe.js";
import { RunError } from "./run-error.js";
import { PLAN, SPEC, type RunDescription } from "./run-folder.js";
import { dependsOnLength } from "./schedule.js";

/**
 * A run goes on with the net and the recipe that it had. What has no say in any step may be another: how long it is where
 * no rate depends on it, when and on what it validates, what it started from, and what targets write.
 *
 * @throws {RunError} with both digests and what differs.
 */
export async function admitResume(run: RunDescription, plan: Plan, folder: string): Promise<void> {
  const changes = run.digest === plan.digest ? [] : changesOf(await readPlan(folder), plan);
  if (changes.length > 0)
    throw new RunError(
      `${folder} is a run of another spec: its plan is ${run.digest}, and that of ${plan.file} is ${plan.digest}\n` +
        `  what differs: ${changes.join(", ")}`,
      [
        `undo the change: the run's spec is ${join(folder, SPEC)}, and its settings are in run.json beside it`,
        "or begin a new run in another folder with `--out`, from this one's weights with `--weights`",
      ],
    );
}

/**
 * Sees to it that there is a checkpoint to go on from. Where the last one is damaged or gone, the best takes its place: the
 * steps in between are taken again, to the same numbers. Only who holds the lock may.
 *
 * @param note is told of it
 * @throws {RunError} where neither will do, with what there is, or {WeightsError} where one may be whole and cannot be read.
 */
export async function settleCheckpoint(
  run: RunDescription,
  folder: string,
  note: (text: string) => void = () => undefined,
): Promise<void> {
  const path = join(folder, LAST);
  const last = await readCheckpoint(path).catch(faultOf);
  if (!(last instanceof Error)) return admitDigest(last, run, path);
  const best = await readCheckpoint(join(folder, BEST)).catch(faultOf);
  if (best instanceof Error || !run.digests.includes(best.digest))
    throw new RunError(
      last.message,
      [
        best instanceof Error
          ? `there is no other checkpoint to go on from: ${best.message}`
          : `${join(folder, BEST)} is of another spec: there is no other checkpoint to go on from`,
        ...((await isFile(join(folder, WEIGHTS)))
          ? [`begin a new run from the weights that there are: \`--weights ${join(folder, WEIGHTS)} --out FOLDER\``]
          : ["begin anew in another folder with `--out`"]),
      ],
      { cause: last },
    );
  await goBackToBest(folder);
  note(
    `going on from ${BEST}, the state after step ${best.updates}, as the last checkpoint cannot be used: ${last.message}`,
  );
}

/** @throws the error itself where the file may be whole: one that may not be read, say. */
function faultOf(error: unknown): Error {
  const code =
    error instanceof WeightsError && error.cause instanceof Error && "code" in error.cause && error.cause.code;
  const isOfDisk = typeof code === "string" && code !== "ENOENT";
  if (isOfDisk || !(error instanceof WeightsError || error instanceof RunError)) throw error;
  return error;
}

function admitDigest({ digest, net }: CheckpointInfo, run: RunDescription, path: string): void {
  if (run.digests.includes(digest)) return;
  throw new RunError(
    `${path} is a checkpoint of another spec: it is of ${net}, ${digest}, and this run is of ${run.net}, ${run.digest}`,
    ["put back the file that belongs here, or begin a new run in another folder with `--out`"],
  );
}

async function readPlan(folder: string): Promise<Plan> {
  const path = join(folder, PLAN);
  try {
    return JSON.parse(await readFile(path, "utf8")) as Plan;
  } catch (error) {
    throw new RunError(`${path} cannot be read, and the plan is not that of run.json`, [], { cause: error });
  }
}

/** Settings that no step depends on. */
const FREE = ["snapshot", "validate", "init", "after"];

/** What makes another run of it: parts of the net, and settings of the recipe. */
function changesOf(before: Plan, now: Plan): string[] {
  const differs = (a: unknown, b: unknown): boolean => canonicalJson(a) !== canonicalJson(b);
  const placeless = ({ operations }: Plan): object[] =>
    operations.map((operation) => ({ ...operation, file: undefined, line: undefined }));
  const heads = ({ outputs }: Plan): object[] => outputs.map((output) => ({ ...output, labels: null }));
  const net = [
    ...(before.net === now.net ? [] : ["the net's name"]),
    ...(differs(before.inputs, now.inputs) ? ["inputs"] : []),
    ...(differs(heads(before), heads(now)) ? ["outputs"] : []),
    ...(differs(placeless(before), placeless(now)) || differs(before.tensors, now.tensors) ? ["layers"] : []),
  ];
  const free = dependsOnLength(readRunRecipe(now).schedule) ? FREE : [...FREE, "steps"];
  const [old, own]: PlanSettings[] = [before.train ?? {}, now.train ?? {}];
  const keys = [...new Set([...Object.keys(old ?? {}), ...Object.keys(own ?? {})])];
  const settings = keys.filter((key) => !free.includes(key) && differs(old?.[key] ?? null, own?.[key] ?? null));
  return [...net, ...settings.map((key) => `\`${key}\` of the recipe`)];
}

/** The weights of a checkpoint, as a net is built from them; what the optimizer keeps is left over. */
export async function checkpointWeights(plan: Plan, path: string): Promise<PlanWeights> {
  return matchWeights(plan, await openWeightFile(path)).weights;
}
