/** `--weights`: opens what was named, plans what becomes of it, and says by name what does not fit. */
import { stat } from "node:fs/promises";
import { dirname, isAbsolute, join } from "node:path";
import { HostError } from "../host.js";
import type { Plan } from "../model/plan.js";
import { nodeHost } from "../node-host.js";
import { WeightsError } from "../weights/errors.js";
import { initWeights } from "../weights/init.js";
import type { LoadFault, LoadPlan } from "../weights/load/load-plan.js";
import { loadWeights, type LoadedWeights } from "../weights/load/load-weights.js";
import { plainSource, recipeSources } from "../weights/load/source-settings.js";
import type { PlanWeights } from "../weights/plan-weights.js";
import { Fault, UsageError } from "./fail.js";
import { tellNote, tellWarning } from "./output.js";

export interface WeightOptions {
  readonly weights?: readonly string[];
  readonly seed: number;
  readonly allow?: string;
  readonly strict?: boolean;
}

/** Where a file lies that a recipe names. */
type Locate = (file: string) => string;

const allowable = ["missing", "left-over", "misshapen"] as const;

/**
 * Null where no weights were named. The caller closes what it gets.
 * @param show is given the load plan before anything is built from it
 * @param locate where a file of the recipe lies: beside the spec unless told
 * @throws {Fault} when they do not fit, and it is not allowed.
 */
export async function openWeights(
  plan: Plan,
  options: WeightOptions,
  show: (load: LoadPlan) => void,
  locate: Locate = (file) => besideSpec(plan, file),
): Promise<PlanWeights | null> {
  const allowed = allowedKinds(options);
  const { weights: named } = options;
  if (named === undefined) {
    await tellOfRecipe(plan);
    return null;
  }
  if (named.includes("init")) {
    if (named.length > 1) throw new UsageError("`--weights init` stands alone");
    return initWeights(plan, options.seed);
  }
  const { load, weights } = await planWeights(plan, named, options.seed, locate);
  try {
    admit(plan, load, named.join(" and "), allowed);
    show(load);
    tellRemarks(load, allowed, options.strict === true);
    return weights;
  } catch (error) {
    await weights.close();
    throw error;
  }
}

/** The load plan of what was named: files as they are, or with `spec` those of the recipe. */
export function planWeights(
  plan: Plan,
  named: readonly string[],
  seed: number,
  locateOfRecipe: Locate = (file) => besideSpec(plan, file),
): Promise<LoadedWeights> {
  const isRecipe = named.includes("spec");
  if (isRecipe && named.length > 1) throw new UsageError("`--weights spec` stands alone");
  const settings = isRecipe ? recipeSources(plan) : named.map(plainSource);
  if (settings.length === 0)
    throw new Fault(`the recipe of ${plan.net} names no weights`, [
      'write `init: weights("file.safetensors")` in its `train`, or name a file',
    ]);
  const locate = (file: string): string => (isRecipe ? locateOfRecipe(file) : file);
  return loadWeights(plan, settings, { isRecipe, readText: readMap(plan), locate, seed });
}

export const besideSpec = (plan: Plan, file: string): string =>
  isAbsolute(file) ? file : join(dirname(plan.file), file);

/** Maps of names lie in the library or beside the spec. */
const readMap =
  (plan: Plan) =>
  async (path: string): Promise<string> => {
    try {
      return await nodeHost.read(path.startsWith("fcnc/") ? path : besideSpec(plan, path));
    } catch (error) {
      if (error instanceof HostError)
        throw new WeightsError(`the map of names "${path}" cannot be read: ${error.message}`, { cause: error });
      throw error;
    }
  };

/** A recipe's file that is there is not taken unasked: a bundle of it would seem to be the net that it trains. */
async function tellOfRecipe(plan: Plan): Promise<void> {
  const files = recipeSources(plan).map(({ file }) => file);
  if (files.length === 0) return;
  const found = await Promise.all(files.map((file) => stat(besideSpec(plan, file)).catch(() => null)));
  if (found.every((one) => one?.isFile() === true))
    tellNote(`the recipe starts from ${files.join(" and ")}, which is there: \`--weights spec\` takes it`);
}

function allowedKinds({ allow = "" }: WeightOptions): string[] {
  const allowed = allow
    .split(",")
    .map((word) => word.trim())
    .filter((word) => word !== "");
  for (const word of allowed)
    if (!allowable.some((known) => known === word))
      throw new UsageError(`--allow knows ${allowable.join(", ")}, and not \`${word}\``);
  return allowed;
}

/** @throws {Fault} with all that does not fit and is not allowed. */
function admit(plan: Plan, load: LoadPlan, named: string, allowed: readonly string[]): void {
  const refused = load.faults.filter(({ kind }) => !allowed.includes(kind));
  if (refused.length === 0) return;
  const list = refused.map(({ message }) => `  - ${message}`).join("\n");
  const what = named === "spec" ? load.sources.map(({ file }) => file).join(" and ") : named;
  throw new Fault(`${what} does not fit ${plan.net}:\n${list}`, wayOut(refused));
}

export function wayOut(refused: readonly LoadFault[]): string[] {
  const kinds = allowable.filter((kind) => refused.some((fault) => fault.kind === kind));
  const own = [...new Set(refused.flatMap(({ help }) => help))];
  if (refused.some(({ kind }) => !allowable.some((known) => known === kind)))
    return [...own, "write the file anew as float32"];
  return [
    ...own,
    `\`--allow ${kinds.join(",")}\` goes on all the same: missing and misshapen tensors start as the spec says`,
  ];
}

/** @throws {Fault} with the warnings where they are to be errors. */
function tellRemarks(load: LoadPlan, allowed: readonly string[], strict: boolean): void {
  const { faults, warnings, notes } = load;
  for (const note of notes) tellNote(note);
  for (const { message } of faults.filter(({ kind }) => allowed.includes(kind))) tellNote(message);
  if (strict && warnings.length > 0) {
    const list = warnings.map(({ message }) => `  - ${message}`).join("\n");
    throw new Fault(`--strict allows no warnings, and the load plan has these:\n${list}`, [
      ...new Set(warnings.flatMap(({ help }) => help)),
    ]);
  }
  for (const { message, help } of warnings) tellWarning(message, help);
}
