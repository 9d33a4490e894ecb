/** `run.json` of a run that begins. */
import type { Dataset } from "../data/dataset.js";
import type { RunRecipe } from "./recipe.js";
import { dataText, namesDigest } from "./run-data.js";
import type { RunDescription } from "./run-folder.js";
import type { RunRequest } from "./run-request.js";

/** What was found as the run began. */
export interface Beginning {
  /** In words: which engine, on what. */
  readonly engine: string;
  /** What it started from: files, or `init`. */
  readonly weights: readonly string[];
  readonly weightDigests: Readonly<Record<string, string>>;
  /** What it is trained on. */
  readonly dataset: Dataset;
}

export function describeRun(
  { plan, dataRoot, recipeName, set, overrides, versions }: RunRequest,
  { data, validate, seed }: RunRecipe,
  { engine, weights, weightDigests, dataset }: Beginning,
): RunDescription {
  return {
    format: "fcnc-run",
    version: 1,
    net: plan.net,
    file: plan.file,
    digest: plan.digest,
    digests: [plan.digest],
    recipe: recipeName,
    set,
    overrides,
    train: plan.train ?? {},
    seed,
    engine,
    versions,
    data: {
      train: dataText(data, dataRoot),
      validate: validate === null ? null : dataText(validate, dataRoot),
      root: dataRoot,
      images: dataset.names.length,
      names: namesDigest(dataset),
    },
    weights,
    weightDigests,
    started: new Date().toISOString(),
  };
}
