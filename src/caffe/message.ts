/**
 * A message of protobuf's text format as a tree: what a prototxt says, in its order, before anybody asks what it
 * means. `text.ts` reads it, the printer of the Caffe target writes it.
 */

/** Where a field stands in its file: UTF-16 offsets, and the line and column (from 1) of its name. */
export interface Place {
  readonly start: number;
  readonly end: number;
  readonly line: number;
  readonly column: number;
}

/** A word without quotes that is neither a number nor a boolean: an enum's value, such as `MAX`. */
export interface Identifier {
  readonly kind: "identifier";
  readonly name: string;
}

export interface Message {
  readonly kind: "message";
  /** In the order of the text; a repeated field comes several times. */
  readonly fields: readonly Field[];
  /** Comments after the last field, or all of them where there is none. */
  readonly comments?: readonly string[];
}

export type Value = string | number | boolean | Identifier | Message;

export interface Field {
  readonly name: string;
  readonly value: Value;
  /**
   * The comments between what stands before and this field, one a line, without `#` and the blanks around. Those of the
   * first field of a file are the file's.
   */
  readonly comments?: readonly string[];
  /** Null where the field was made and not read. */
  readonly place: Place | null;
}

export const message = (fields: readonly Field[]): Message => ({ kind: "message", fields });

export const identifier = (name: string): Identifier => ({ kind: "identifier", name });

/** A field that was not read from a file. */
export const field = (name: string, value: Value, comments?: readonly string[]): Field => ({
  name,
  value,
  place: null,
  ...(comments === undefined ? {} : { comments }),
});

export const isMessage = (value: Value | undefined): value is Message =>
  typeof value === "object" && value.kind === "message";

export const isIdentifier = (value: Value | undefined): value is Identifier =>
  typeof value === "object" && value.kind === "identifier";
