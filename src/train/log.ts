/** `log.jsonl`: what a run did, a line each. docs/training.md describes the lines. */
import { open, readFile, type FileHandle } from "node:fs/promises";
import type { Metrics } from "../metrics/metrics.js";
import { reasonOf } from "../weights/errors.js";
import { RunError } from "./run-error.js";
import { writeDurably } from "./durable.js";

export const LOG = "log.jsonl";

export type LogLine = BeginLine | StepLine | ValidationLine | StopLine;

/** `start` is written once, `resume` whenever a run goes on. */
export interface BeginLine {
  readonly kind: "start" | "resume";
  readonly step: number;
  readonly time: string;
  readonly engine: string;
  readonly fcnc: string;
}

export interface StepLine {
  readonly kind: "step";
  /** Updates made, this one among them. */
  readonly step: number;
  /** Examples seen. */
  readonly images: number;
  /** Before the update; of several accumulated batches the mean. */
  readonly loss: number;
  readonly heads: Readonly<Record<string, number>>;
  readonly rate: number;
  /** Of training since the start, over all times that it was resumed. */
  readonly seconds: number;
  /** The share of the step's time that it waited for data, 0 to 1. */
  readonly wait: number;
}

export interface ValidationLine extends Metrics {
  readonly kind: "validation";
  readonly step: number;
  readonly images: number;
  readonly heads: Readonly<Record<string, HeadValidation>>;
}

export interface HeadValidation extends Metrics {
  /** Null where a class has no pixel that says something. */
  readonly classes: readonly {
    readonly name: string;
    readonly iu: number | null;
    readonly accuracy: number | null;
    readonly pixels: number;
  }[];
  /** [classes, classes] in rows, which are the truth. */
  readonly confusion: readonly number[];
}

export interface StopLine {
  readonly kind: "stop";
  readonly step: number;
  readonly why: "done" | "interrupted" | "nan" | "failed";
  readonly time: string;
}

/** A log that is being written. */
export class RunLog {
  readonly #handle: FileHandle;

  private constructor(
    readonly path: string,
    handle: FileHandle,
  ) {
    this.#handle = handle;
  }

  static async open(path: string): Promise<RunLog> {
    try {
      return new RunLog(path, await open(path, "a"));
    } catch (error) {
      throw refused(path, error);
    }
  }

  /** @throws {RunError} when the disk is full, say. */
  async append(line: LogLine): Promise<void> {
    try {
      await this.#handle.appendFile(`${JSON.stringify(line)}\n`);
    } catch (error) {
      throw refused(this.path, error);
    }
  }

  /** Returns once what was appended is on the disk: no checkpoint may know of steps that the log lacks. */
  async settle(): Promise<void> {
    await this.#handle.sync().catch((error: unknown) => {
      throw refused(this.path, error);
    });
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }
}

/** The lines of a log; a last one that was cut off in the middle is left out. */
export async function readLog(path: string): Promise<LogLine[]> {
  const text = await readFile(path, "utf8").catch((error: unknown) => {
    throw refused(path, error);
  });
  const lines = text.split("\n");
  return lines.flatMap((line, index) => {
    if (line === "") return [];
    try {
      return [parseLine(line)];
    } catch (error) {
      if (index === lines.length - 1) return [];
      throw new RunError(
        `${path}: line ${index + 1} is no line of a run's log`,
        ["the file was changed: mend or delete the line"],
        {
          cause: error,
        },
      );
    }
  });
}

/** @throws {SyntaxError} for what is no JSON, or has no kind and no step. */
function parseLine(text: string): LogLine {
  const line = JSON.parse(text) as Partial<LogLine> | null;
  if (typeof line?.kind === "string" && typeof line.step === "number") return line as LogLine;
  throw new SyntaxError("a line of a log has `kind` and `step`");
}

/**
 * Cuts a log to what was known at a step, so that with the steps that follow it is that of a run that never stopped.
 * @returns the lines that stay
 */
export async function cutLog(path: string, step: number): Promise<readonly LogLine[]> {
  const lines = await readLog(path);
  const kept = lines.filter((line) => line.step <= step);
  await writeDurably(path, kept.map((line) => `${JSON.stringify(line)}\n`).join(""));
  return kept;
}

const refused = (path: string, error: unknown): RunError =>
  new RunError(`${path} cannot be written or read: ${reasonOf(error)}`, diskHelp(error), { cause: error });

/** Of a full disk: what was saved is still there. */
export function diskHelp(error: unknown): string[] {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return code === "ENOSPC" || code === "EDQUOT"
    ? ["the last checkpoint is whole: make room, and go on with `--resume`"]
    : [];
}
