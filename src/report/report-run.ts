/** What a report tells of a run. */
import type { Labels } from "../model/plan.js";
import type { LoggedValidation, RunLog } from "./run-log.js";

export interface ReportRun {
  /** What tells it from others: its folder. */
  readonly name: string;
  readonly net: string;
  /** In words, by title: net, engine, data, versions. */
  readonly facts: readonly (readonly [title: string, text: string])[];
  readonly log: RunLog;
  /** By output. */
  readonly labels: Readonly<Record<string, Labels>>;
  /** The spec's text with its recipe, as it was. */
  readonly spec: string | null;
  readonly samples: readonly Sample[];
  /** Why there are no examples, where there are none. */
  readonly withoutSamples: string | null;
}

/** An example with its truth and what the net makes of it, as PNGs. */
export interface Sample {
  readonly name: string;
  readonly output: string;
  readonly width: number;
  readonly height: number;
  readonly picture: Uint8Array;
  readonly truth: Uint8Array;
  readonly prediction: Uint8Array;
  /** Names of the classes that are in truth or prediction. */
  readonly classes: readonly string[];
  /** Null where its truth is void throughout. */
  readonly pixelAccuracy: number | null;
}

/** The validation with the highest mean IU, which is the one whose weights a run keeps; the first of equal ones. */
export function bestValidation({ validations }: RunLog): LoggedValidation | null {
  let best: LoggedValidation | null = null;
  for (const one of validations)
    if (best === null || (one.metrics.meanIU ?? -1) > (best.metrics.meanIU ?? -1)) best = one;
  return best;
}
