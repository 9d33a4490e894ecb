/** A run cannot be reported on. The message is for people, and names the file. */
export class ReportError extends Error {
  constructor(
    message: string,
    readonly help: readonly string[] = [],
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = "ReportError";
  }
}
