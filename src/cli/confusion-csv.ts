/** A confusion as CSV (RFC 4180): a row for each class of the truth, a column for each predicted one, in pixels. */
import type { Confusion } from "../metrics/confusion.js";

export function confusionCsv({ classes, counts }: Confusion, names: readonly string[]): string {
  const rows = names.map((name, i) => [quoted(name), ...counts.subarray(i * classes, (i + 1) * classes)].join(","));
  return `${[["truth \\ predicted", ...names.map(quoted)].join(","), ...rows].join("\r\n")}\r\n`;
}

/** A name that a spreadsheet would take for a formula is text to it after an apostrophe. */
function quoted(name: string): string {
  const text = /^[=+\-@\t\r]/.test(name) ? `'${name}` : name;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
