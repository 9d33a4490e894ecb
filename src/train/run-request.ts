/** What a run is asked for with. */
import type { EngineName } from "../engines/engine.js";
import type { Plan, PlanValue } from "../model/plan.js";
import type { PlanWeights } from "../weights/plan-weights.js";
import type { RunRecipe } from "./recipe.js";
import type { SpecText } from "./run-folder.js";
import type { RunWatch } from "./run.js";

export interface RunRequest {
  readonly plan: Plan;
  /** The spec, and what it imports. */
  readonly texts: readonly SpecText[];
  readonly folder: string;
  /** Goes on where the folder has a run. */
  readonly resume: boolean;
  readonly engine: EngineName | "auto";
  /** The folder that data sets are looked for in. */
  readonly dataRoot: string;
  /** What a new run starts from; the run closes it. */
  readonly openWeights: () => Promise<{ readonly weights: PlanWeights | null; readonly named: readonly string[] }>;
  /** How the plan was asked for, for the record. */
  readonly recipeName: string | null;
  readonly set: readonly string[];
  readonly overrides: Readonly<Record<string, PlanValue>>;
  readonly versions: Readonly<Record<string, string>>;
  /** Images of a validation at most; all where it is left out. */
  readonly validateLimit?: number;
  /** Writes event files of TensorBoard into the folder. */
  readonly tensorboard?: boolean;
  readonly signal: AbortSignal;
  readonly watch: SessionWatch;
}

export interface SessionWatch extends RunWatch {
  /** The engine has started, and the run is about to go on after so many steps. */
  readonly onOpened?: (opened: { readonly engine: string; readonly step: number; readonly recipe: RunRecipe }) => void;
  readonly onValidating?: (done: number, total: number) => void;
  readonly note?: (text: string) => void;
}
