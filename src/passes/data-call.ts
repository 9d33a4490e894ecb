/** A call of a dataset that stands alone, as options of commands have it: `voc2011(split: "val")`. */
import { parseValue } from "../../grammar/parse-alone.js";
import { Report, type Diagnostic } from "../diagnostics/diagnostic.js";
import { Sources } from "../diagnostics/sources.js";
import type { PlanValue } from "../model/plan.js";
import { plain } from "./plain.js";
import { recipeKeys } from "./recipe-keys.js";
import { agrees } from "./setting-shape.js";
import { evaluate, Scope } from "./values.js";

export interface DataCallResult {
  /** As a recipe's `data` is in a plan; null where there are errors. */
  readonly value: PlanValue | null;
  readonly diagnostics: readonly Diagnostic[];
  /** The text that the diagnostics point into. */
  readonly sources: Sources;
}

/** Reads a call as if it stood under a recipe's `data`. Messages name `place`, such as `--on`. */
export function readDataCall(text: string, place: string): DataCallResult {
  const sources = new Sources();
  sources.add(place, text);
  const { tree, diagnostics } = parseValue(text, place);
  const report = new Report();
  report.addAll(diagnostics);
  const value = tree && evaluate(tree, new Scope(), report);
  const shape = recipeKeys["data"];
  const good = tree !== null && value !== null && value.kind !== "broken" && shape !== undefined;
  const agreed = good && agrees("data", value, shape, tree, report) && !report.hasErrors;
  return { value: agreed ? plain(value) : null, diagnostics: report.diagnostics, sources };
}
