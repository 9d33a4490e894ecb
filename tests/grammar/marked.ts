import type { Diagnostic } from "../../src/diagnostics/diagnostic.js";

/** Each diagnostic as its line, carets below what it marks, and `code: message (label)`. */
export function marked(text: string, diagnostics: readonly Diagnostic[]): readonly string[] {
  return diagnostics.map(({ code, message, primary }) => {
    if (primary === null) return `${code}: ${message}`;
    const { start, end } = primary.span;
    const lineStart = text.lastIndexOf("\n", start - 1) + 1;
    const next = text.indexOf("\n", start);
    const line = text.slice(lineStart, next === -1 ? text.length : next);
    const carets = " ".repeat(start - lineStart) + "^".repeat(Math.max(1, end - start));
    return `${line}\n${carets} ${code}: ${message} (${primary.message})`;
  });
}
