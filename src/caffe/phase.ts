/** Which layers a phase has: `include` and `exclude` with their rules (net.cpp, StateMeetsRule). */
import type { Fields } from "./fields.js";

export interface NetState {
  readonly phase: "TRAIN" | "TEST";
  readonly stages: readonly string[];
}

export interface Rule {
  readonly phase: "TRAIN" | "TEST" | null;
  readonly stages: readonly string[];
  readonly notStages: readonly string[];
  readonly minLevel: number | null;
  readonly maxLevel: number | null;
}

const PHASES = ["TRAIN", "TEST"] as const;

export function readRules(layer: Fields, name: "include" | "exclude"): readonly Rule[] {
  return layer.several(name).map((rule) => {
    const read: Rule = {
      phase: rule.word("phase", PHASES),
      stages: rule.texts("stage"),
      notStages: rule.texts("not_stage"),
      minLevel: rule.number("min_level"),
      maxLevel: rule.number("max_level"),
    };
    rule.finish();
    return read;
  });
}

/** Whether a state has a layer with these rules; levels are held against 0, Caffe's default. */
export function isIncluded(include: readonly Rule[], exclude: readonly Rule[], state: NetState): boolean {
  if (include.length > 0) return include.some((rule) => meets(rule, state));
  return !exclude.some((rule) => meets(rule, state));
}

function meets(rule: Rule, { phase, stages }: NetState): boolean {
  if (rule.phase !== null && rule.phase !== phase) return false;
  if ((rule.minLevel ?? 0) > 0 || (rule.maxLevel ?? 0) < 0) return false;
  return (
    rule.stages.every((stage) => stages.includes(stage)) && !rule.notStages.some((stage) => stages.includes(stage))
  );
}
