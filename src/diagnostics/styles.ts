/** The colours of messages, as plain ANSI codes. */
import type { Severity } from "./diagnostic.js";

export type Style = "bold" | "error" | "warning" | "note" | "gutter";
export type Paint = (style: Style, text: string) => string;

const codes: Readonly<Record<Style, string>> = {
  bold: "\x1b[1m",
  error: "\x1b[1;31m",
  warning: "\x1b[1;33m",
  note: "\x1b[1;36m",
  gutter: "\x1b[1;34m",
};

export const plainPaint: Paint = (_style, text) => text;

export const ansiPaint: Paint = (style, text) => (text === "" ? "" : `${codes[style]}${text}\x1b[0m`);

export function styleOf(severity: Severity): Style {
  return severity;
}
