/** What a run has come to. */
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { LAST, readCheckpoint, WEIGHTS } from "./checkpoint.js";
import { LOG, readLog, type LogLine, type ValidationLine } from "./log.js";
import type { RunRecipe } from "./recipe.js";
import type { RunDescription } from "./run-folder.js";
import type { RunEnd } from "./run.js";
import { imagesAt } from "./step.js";

export interface RunResult extends RunEnd {
  readonly folder: string;
  readonly steps: number;
  readonly images: number;
  /** The weights alone: of the best validation, or else the last. */
  readonly weights: string;
  readonly engine: string;
  /** The last validation; null where there was none. */
  readonly validation: ValidationLine | null;
}

/** The result of a run that has come to its end already; null for one that has steps to take. */
export async function readFinished(
  { engine }: RunDescription,
  recipe: RunRecipe,
  folder: string,
): Promise<RunResult | null> {
  const lines = await readLog(join(folder, LOG));
  const { updates } = await readCheckpoint(join(folder, LAST));
  const isDone = lines.some((line) => line.kind === "stop" && line.step === recipe.steps && line.why === "done");
  const hasWeights = (await stat(join(folder, WEIGHTS)).catch(() => null)) !== null;
  if (!isDone || !hasWeights || updates !== recipe.steps) return null;
  return resultOf(folder, recipe, engine, lines, { why: "done", step: updates, best: bestOf(lines) });
}

export function resultOf(
  folder: string,
  recipe: RunRecipe,
  engine: string,
  lines: readonly LogLine[],
  end: RunEnd,
): RunResult {
  return {
    ...end,
    folder,
    steps: recipe.steps,
    images: imagesAt(recipe, end.step),
    weights: join(folder, WEIGHTS),
    engine,
    validation: lines.findLast((line) => line.kind === "validation") ?? null,
  };
}

/** The best mean IU of a log's validations; null where it has none. */
export function bestOf(lines: readonly LogLine[]): number | null {
  // Of a validation without a pixel that counts there is none, which JSON has as null.
  const known = lines.flatMap((line) =>
    line.kind === "validation" && Number.isFinite(line.meanIU) ? line.meanIU : [],
  );
  return known.length === 0 ? null : known.reduce((most, one) => Math.max(most, one));
}
