/**
 * Diagnostics as text for a terminal:
 *
 *     error[crop-offset]: crop offset 34 puts `score` 15 px off the image grid
 *       --> voc-fcn32s.fcn:17:37
 *        |
 *     17 |   score   = crop(to: image, offset: 34)
 *        |                                     ^^ the derived offset is 19
 *        |
 *        = help: write `19`, or leave it out
 */
import { visible } from "./columns.js";
import type { Diagnostic, Severity } from "./diagnostic.js";
import { lastLine, renderSnippet, type Marked } from "./snippet.js";
import type { Sources } from "./sources.js";
import { ansiPaint, plainPaint, styleOf, type Paint } from "./styles.js";

export interface TerminalOptions {
  readonly color: boolean;
  /** How many diagnostics are shown; those left out are counted in a last line. */
  readonly limit?: number;
}

/** All diagnostics, with an empty line between two of them and a line end after the last; nothing for none. */
export function renderTerminal(diagnostics: readonly Diagnostic[], sources: Sources, options: TerminalOptions): string {
  const paint = options.color ? ansiPaint : plainPaint;
  const shown = diagnostics.slice(0, options.limit ?? diagnostics.length);
  const blocks = shown.map((diagnostic) => renderDiagnostic(diagnostic, sources, paint));
  const left = diagnostics.length - shown.length;
  if (left > 0) blocks.push(`... and ${left} more`);
  return blocks.map((block) => `${block}\n`).join("\n");
}

/** `2 errors and 1 warning`, `1 error`; notes count for nothing, so `no faults` stands for them and for none. */
export function summaryLine(diagnostics: readonly Diagnostic[]): string {
  const counted = (severity: Severity): string[] => {
    const count = diagnostics.filter((diagnostic) => diagnostic.severity === severity).length;
    return count === 0 ? [] : [`${count} ${severity}${count === 1 ? "" : "s"}`];
  };
  return [...counted("error"), ...counted("warning")].join(" and ") || "no faults";
}

function renderDiagnostic(diagnostic: Diagnostic, sources: Sources, paint: Paint): string {
  const { severity, code, primary } = diagnostic;
  const style = styleOf(severity);
  const lines = [`${paint(style, `${severity}[${code}]`)}${paint("bold", `: ${visible(diagnostic.message)}`)}`];
  const files = byFile(diagnostic);
  const gutter = Math.max(0, ...[...files].map(([path, labels]) => numbersWidth(path, labels, sources)));
  const indent = " ".repeat(gutter);
  for (const [path, labels] of files) {
    const file = sources.get(path);
    const [first] = labels;
    if (!file || !first) {
      lines.push(`${indent}${paint("gutter", "-->")} ${visible(path)}`);
      continue;
    }
    const pointed = labels.find(({ mark }) => mark === "^") ?? first;
    const { line, column } = file.position(Math.min(pointed.label.span.start, file.text.length));
    lines.push(`${indent}${paint("gutter", "-->")} ${visible(path)}:${line}:${column}`, paint("gutter", `${indent} |`));
    lines.push(...renderSnippet(file, labels, gutter, paint));
  }
  const asides = [
    ...diagnostic.notes.map((text) => ["note", text] as const),
    ...diagnostic.help.map((text) => ["help", text] as const),
  ];
  if (asides.length > 0 && primary && gutter > 0) lines.push(paint("gutter", `${indent} |`));
  for (const [kind, text] of asides) {
    const [head = "", ...rest] = text.split("\n").map(visible);
    lines.push(`${indent} ${paint("gutter", "=")} ${paint("note", `${kind}:`)} ${head}`);
    for (const line of rest) lines.push(`${indent}         ${line}`);
  }
  return lines.join("\n");
}

/** The labels of a diagnostic by file, the file of the primary one first. */
function byFile({ primary, related, severity }: Diagnostic): Map<string, Marked[]> {
  const files = new Map<string, Marked[]>();
  const marked: Marked[] = related.map((label) => ({ label, style: "gutter", mark: "-" }));
  if (primary) marked.unshift({ label: primary, style: styleOf(severity), mark: "^" });
  for (const entry of marked) {
    const { file } = entry.label.span;
    const same = files.get(file);
    if (!same) files.set(file, [entry]);
    else if (!same.some(({ label }) => sameLabel(label, entry.label))) same.push(entry);
  }
  return files;
}

function sameLabel(a: Marked["label"], b: Marked["label"]): boolean {
  return a.span.start === b.span.start && a.span.end === b.span.end && a.message === b.message;
}

function numbersWidth(path: string, labels: readonly Marked[], sources: Sources): number {
  const file = sources.get(path);
  return file ? String(lastLine(file, labels)).length : 0;
}
