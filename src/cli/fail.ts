/** How a command ends: exit codes, and faults that are the user's to mend. */

/** What the process ends with. */
export const exitCodes = { done: 0, fault: 1, usage: 2, bug: 70, interrupted: 130 } as const;

/** Bad input: the message says what is wrong and the help how to go on. Exit code 1. */
export class Fault extends Error {
  constructor(
    message: string,
    readonly help: readonly string[] = [],
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = "Fault";
  }
}

/** The command was called wrongly. Exit code 2. */
export class UsageError extends Error {
  constructor(
    message: string,
    readonly help: readonly string[] = ["`fcnc --help` shows what there is"],
  ) {
    super(message);
    this.name = "UsageError";
  }
}

/** Errors of other rooms that are written for people, by name: they are shown without a stack. */
const forPeople: ReadonlySet<string> = new Set([
  "WeightsError",
  "WriteError",
  "TargetError",
  "EngineError",
  "CertifyError",
  "ImageError",
  "HostError",
  "NpyError",
  "DataError",
  "ReportError",
  "RunError",
  "TrainingError",
]);

export function isForPeople(error: unknown): error is Error {
  return error instanceof Error && forPeople.has(error.name);
}
