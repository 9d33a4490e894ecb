/** From what weights are to come from to weights: files opened, names found, the load plan made. */
import type { Plan } from "../../model/plan.js";
import { openWeightFile } from "../formats/index.js";
import { loadedWeights } from "../match.js";
import type { PlanWeights } from "../plan-weights.js";
import type { WeightFile } from "../source.js";
import { withoutOptimizer } from "./checkpoint-weights.js";
import type { LoadPlan } from "./load-plan.js";
import { makeLoadPlan } from "./make-load-plan.js";
import { withNames, type OpenSource, type ReadText } from "./open-source.js";
import type { SourceSettings } from "./source-settings.js";

export interface LoadOptions {
  /** Whether the plan's recipe names the files, as what training starts from. */
  readonly isRecipe: boolean;
  /** Reads maps of names. */
  readonly readText: ReadText;
  /** Where a file lies that is named so. */
  readonly locate?: (file: string) => string;
  /** Of what no file has. */
  readonly seed?: number;
}

export interface LoadedWeights {
  readonly load: LoadPlan;
  /** As the load plan says; closing them closes the files. */
  readonly weights: PlanWeights;
}

/**
 * Opens files and plans what becomes of their tensors. A file that is named twice is opened once; of a checkpoint the
 * weights are taken. No data is read.
 * @throws {WeightsError} when a file or a map of names cannot be read. Files that do not fit the plan are none: the load
 * plan has faults then.
 */
export async function loadWeights(
  plan: Plan,
  settings: readonly SourceSettings[],
  { isRecipe, readText, locate = (file) => file, seed = 0 }: LoadOptions,
): Promise<LoadedWeights> {
  const wanted = new Set(plan.tensors.map(({ name }) => name));
  const files = new Map<string, WeightFile>();
  const sources: OpenSource[] = [];
  try {
    for (const one of settings) {
      const path = locate(one.file);
      const file = files.get(path) ?? withoutOptimizer(await openWeightFile(path));
      files.set(path, file);
      sources.push(await withNames(file, file.format, one, wanted, readText, isRecipe));
    }
    const { load } = makeLoadPlan(plan, sources);
    return { load, weights: loadedWeights(plan, load, sources, seed) };
  } catch (error) {
    for (const file of files.values()) await file.close();
    throw error;
  }
}
