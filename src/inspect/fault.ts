/** Why a net cannot be looked at: a value, worded for people, with a way out. */
export interface InspectFault {
  /** One line, lower case, without a full stop. */
  readonly fault: string;
  /** What to do about it. */
  readonly help: readonly string[];
}

export function isFault(value: object): value is InspectFault {
  return "fault" in value;
}
