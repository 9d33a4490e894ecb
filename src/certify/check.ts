/** One thing that was looked at when a bundle was verified. */
export interface Check {
  readonly about: "files" | "plan" | "picture" | "scores" | "classes" | "weights" | "reference";
  /** Null where it could not be looked at. */
  readonly agrees: boolean | null;
  /** A sentence without its full stop. */
  readonly says: string;
}
