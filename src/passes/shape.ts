/** What the value of a recipe's or target's setting may be. */
import type { Evaluated } from "./values.js";

export interface SettingShape {
  readonly kinds: readonly Evaluated["kind"][];
  /** Shown where it is written otherwise. */
  readonly example: string;
  /** For numbers: those that will do. */
  readonly range?: Range<number>;
  readonly words?: readonly string[];
  /** Calls by name, with the names of their arguments. */
  readonly calls?: Readonly<Record<string, readonly string[]>>;
  /** What arguments of a call are, by the call's name. */
  readonly arguments?: Readonly<Record<string, Readonly<Record<string, SettingShape>>>>;
  /** The one argument of its calls that has no name; where this is left out, arguments may be given in their order. */
  readonly first?: SettingShape & { readonly name: string };
  /** True where its calls take any number of arguments without a name. */
  readonly takesAny?: boolean;
  readonly entries?: readonly string[];
  /** What the values of some entries are. */
  readonly within?: Readonly<Record<string, SettingShape>>;
  /** True where a list of such values will do as well. */
  readonly several?: boolean;
  /** For lists of numbers: those that will do. */
  readonly numbers?: Range<readonly number[]>;
}

export interface Range<Values> {
  /** After `... is`. */
  readonly says: string;
  readonly holds: (value: Values) => boolean;
}

const range = (says: string, holds: (value: number) => boolean): Range<number> => ({ says, holds });
const { isSafeInteger } = Number;

/** The ranges of numbers that settings have. */
export const within = {
  counts: range("a whole number of at least 1", (value) => isSafeInteger(value) && value >= 1),
  wholeNumbers: range("a whole number", isSafeInteger),
  pixels: range("a whole number of pixels, from 0 on", (value) => isSafeInteger(value) && value >= 0),
  fromZero: range("a number from 0 on", (value) => value >= 0 && Number.isFinite(value)),
  aboveZero: range("a number above 0", (value) => value > 0 && Number.isFinite(value)),
  belowOne: range("a number from 0 on and below 1", (value) => value >= 0 && value < 1),
  share: range("a number above 0 and at most 1", (value) => value > 0 && value <= 1),
} as const satisfies Readonly<Record<string, Range<number>>>;
