/** The formatter. It needs no Node, so that pages and editors have it too. */
import type { Diagnostic } from "../src/diagnostics/diagnostic.js";
import { printer } from "./doc.js";
import { parse } from "./parse.js";
import { printFile } from "./printer.js";

export interface FormatOptions {
  /** The width that lines should not exceed: 100 unless told otherwise. */
  readonly width?: number;
  /** The path under which diagnostics name the text. */
  readonly file?: string;
}

export type Formatted = { readonly text: string } | { readonly diagnostics: readonly Diagnostic[] };

export const DEFAULT_WIDTH = 100;

/**
 * The text in the style of the language, or the faults that keep it from being read: a file with faults is left
 * alone. Formatting what was formatted changes nothing. Line ends stay what the first one is.
 */
export function format(text: string, { width = DEFAULT_WIDTH, file = "" }: FormatOptions = {}): Formatted {
  const { tree, diagnostics } = parse(text, file);
  if (diagnostics.length > 0) return { diagnostics };
  const { formatted } = printer.printDocToString(printFile(tree), { printWidth: width, tabWidth: 2, useTabs: false });
  return { text: /^[^\n]*\r\n/.test(text) ? formatted.replaceAll("\n", "\r\n") : formatted };
}
