/** A run cannot begin, or cannot go on. The message is for people, and the help how to go on. */
export class RunError extends Error {
  constructor(
    message: string,
    readonly help: readonly string[] = [],
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = "RunError";
  }
}
