/** The log of a run, `log.jsonl` of its folder: a JSON object for each update, validation, start, resume and stop. */
import type { Metrics } from "../metrics/metrics.js";
import { ReportError } from "./error.js";

/** An update of the weights. What is not finite is null, as JSON has it. */
export interface LoggedStep {
  readonly step: number;
  /** Examples seen so far. */
  readonly images: number;
  readonly loss: number | null;
  readonly rate: number | null;
  readonly seconds: number | null;
}

export interface LoggedClass {
  readonly name: string;
  readonly iu: number | null;
  readonly accuracy: number | null;
  readonly pixels: number;
}

export interface LoggedHead {
  readonly name: string;
  readonly classes: readonly LoggedClass[];
  /** [classes, classes], rows are the truth; null where the log has none. */
  readonly confusion: readonly number[] | null;
}

export interface LoggedValidation {
  readonly step: number;
  readonly images: number;
  /** Of the net's first output, or as the run has it; null where it is not finite. */
  readonly metrics: Readonly<Record<Exclude<keyof Metrics, "meanIUInTruth">, number | null>>;
  readonly heads: readonly LoggedHead[];
}

export interface RunLog {
  readonly steps: readonly LoggedStep[];
  readonly validations: readonly LoggedValidation[];
  /** When it was started and resumed, as ISO times. */
  readonly sessions: readonly { readonly step: number; readonly time: string | null }[];
  /** How it ended: `done`, `interrupted`, `nan`; null while it runs, or where it was killed. */
  readonly stopped: string | null;
}

type Line = Readonly<Record<string, unknown>>;

/**
 * Reads a log. A run that was killed and resumed has lines of steps that it took again: those after the step that it
 * went on from are left out. A last line that is not whole is what a killed process leaves, or one being written.
 *
 * @param file what the log is called in messages
 * @throws {ReportError} for a line before the last that is no such object
 */
export function parseRunLog(text: string, file: string): RunLog {
  const steps: LoggedStep[] = [];
  const validations: LoggedValidation[] = [];
  const sessions: { step: number; time: string | null }[] = [];
  let stopped: string | null = null;
  const lines = text.split("\n");
  for (const [index, written] of lines.entries()) {
    if (written.trim() === "") continue;
    const line = parseLine(written);
    if (line === null && index === lines.length - 1) break;
    const step = line && number(line["step"]);
    if (line === null || step === null)
      throw new ReportError(`${file}:${index + 1}: this is no line of a run's log`, [
        "is it the log of another program?",
      ]);
    switch (line["kind"]) {
      case "start":
      case "resume":
        dropAfter(steps, step);
        dropAfter(validations, step);
        sessions.push({ step, time: typeof line["time"] === "string" ? line["time"] : null });
        stopped = null;
        break;
      case "step":
        steps.push({
          step,
          images: number(line["images"]) ?? step,
          loss: number(line["loss"]),
          rate: number(line["rate"]),
          seconds: number(line["seconds"]),
        });
        break;
      case "validation":
        validations.push(readValidation(line, step));
        break;
      case "stop":
        stopped = typeof line["why"] === "string" ? line["why"] : "stopped";
    }
  }
  return { steps, validations, sessions, stopped };
}

function dropAfter(list: { readonly step: number }[], step: number): void {
  while ((list.at(-1)?.step ?? step) > step) list.pop();
}

function readValidation(line: Line, step: number): LoggedValidation {
  return {
    step,
    images: number(line["images"]) ?? step,
    metrics: {
      pixelAccuracy: number(line["pixelAccuracy"]),
      meanAccuracy: number(line["meanAccuracy"]),
      meanIU: number(line["meanIU"]),
      frequencyWeightedIU: number(line["frequencyWeightedIU"]),
    },
    heads: Object.entries(table(line["heads"]) ?? {}).map(([name, head]) => readHead(name, table(head) ?? {})),
  };
}

function readHead(name: string, head: Line): LoggedHead {
  const classes = list(head["classes"]).map((entry, i): LoggedClass => {
    const one = table(entry) ?? {};
    return {
      name: typeof one["name"] === "string" ? one["name"] : `class ${i}`,
      iu: number(one["iu"]),
      accuracy: number(one["accuracy"]),
      pixels: number(one["pixels"]) ?? 0,
    };
  });
  const counts = list(head["confusion"]).flat().map(number);
  const isWhole = counts.length === classes.length ** 2 && counts.every((count) => count !== null);
  return { name, classes, confusion: isWhole ? counts : null };
}

function parseLine(text: string): Line | null {
  try {
    return table(JSON.parse(text));
  } catch {
    return null;
  }
}

const table = (value: unknown): Line | null =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Line) : null;

const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? (value as unknown[]) : []);

const number = (value: unknown): number | null => (typeof value === "number" && Number.isFinite(value) ? value : null);
