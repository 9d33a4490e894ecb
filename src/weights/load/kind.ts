import type { LoadKind, LoadStep } from "./load-plan.js";

/** The most telling of a tensor's steps. */
export function kindOf(steps: readonly LoadStep[]): LoadKind {
  const names = new Map(steps.map((step) => [step.step, step]));
  if (names.has("resize")) return "resized";
  const channels = names.get("channels");
  if (channels?.step === "channels") return CHANNELS[channels.rule];
  if (names.has("spread") || names.has("group")) return "regrouped";
  return steps.length > 0 ? "reshaped" : "copied";
}

const CHANNELS = { reverse: "reversed", mean: "averaged", repeat: "repeated" } as const;
