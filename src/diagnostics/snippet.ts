/** The lines of one file that a message points into, each with what is said about it underneath. */
import { columnAt, columnsOf, visible } from "./columns.js";
import type { Label } from "./diagnostic.js";
import type { SourceFile } from "./sources.js";
import type { Paint, Style } from "./styles.js";

/** A label of a snippet: primary ones are marked with `^` in the colour of the severity, others with `-`. */
export interface Marked {
  readonly label: Label;
  readonly style: Style;
  readonly mark: "^" | "-";
}

/** A stretch of one line that is underlined, in columns. */
interface Mark {
  readonly from: number;
  readonly to: number;
  readonly message: string;
  readonly mark: "^" | "-";
  readonly style: Style;
}

interface Stretch extends Omit<Mark, "from" | "to"> {
  readonly line: number;
  /** Offsets in the line. */
  readonly start: number;
  readonly end: number;
}

/** Between lines further apart than this stands `...`; nearer ones follow one another, as their numbers tell. */
const FAR = 10;
/** Lines longer than this are shown around what is underlined. */
const WIDEST = 120;
const MARGIN = 20;

/** The last line that a snippet of these labels numbers, for the width of the gutter. */
export function lastLine(file: SourceFile, labels: readonly Marked[]): number {
  return Math.max(1, ...labels.flatMap((marked) => stretches(file, marked)).map(({ line }) => line));
}

export function renderSnippet(file: SourceFile, labels: readonly Marked[], gutter: number, paint: Paint): string[] {
  const byLine = new Map<number, Stretch[]>();
  for (const stretch of labels.flatMap((marked) => stretches(file, marked))) {
    const same = byLine.get(stretch.line);
    if (same) same.push(stretch);
    else byLine.set(stretch.line, [stretch]);
  }
  const bar = paint("gutter", `${" ".repeat(gutter)} |`);
  const lines: string[] = [];
  let before: number | null = null;
  for (const [number, found] of [...byLine].toSorted(([a], [b]) => a - b)) {
    if (before !== null && number - before > FAR) lines.push(paint("gutter", "..."));
    before = number;
    const numbered = paint("gutter", `${String(number).padStart(gutter)} |`);
    for (const { text, marks } of windows(file.line(number), found)) {
      lines.push(text === "" ? numbered : `${numbered} ${text}`);
      for (const row of underline(marks, paint)) lines.push(`${bar} ${row}`);
    }
  }
  return lines;
}

/** A span as stretches of single lines: one over several lines is underlined where it begins and where it ends. */
function stretches(file: SourceFile, { label, style, mark }: Marked): Stretch[] {
  const length = file.text.length;
  const start = Math.min(Math.max(0, label.span.start), length);
  const end = Math.min(Math.max(start, label.span.end), length);
  const first = file.position(start);
  const last = file.position(end > start ? end - 1 : end);
  const message = visible(label.message);
  const from = first.column - 1;
  if (first.line === last.line) {
    const upTo = Math.min(from + (end - start), Math.max(from, file.line(first.line).length));
    return [{ line: first.line, start: from, end: upTo, message, style, mark }];
  }
  const text = file.line(last.line);
  const indent = text.length - text.trimStart().length;
  return [
    { line: first.line, start: from, end: file.line(first.line).trimEnd().length, message: "", style, mark },
    { line: last.line, start: Math.min(indent, last.column - 1), end: last.column, message, style, mark },
  ];
}

interface Window {
  readonly text: string;
  readonly marks: readonly Mark[];
}

/** A line with its marks; of a long one, a part around each group of marks that are near one another. */
function windows(line: string, stretches: readonly Stretch[]): Window[] {
  if (line.length <= WIDEST) return [windowOf(line, 0, line.length, stretches)];
  const groups: Stretch[][] = [];
  for (const stretch of stretches.toSorted((a, b) => a.start - b.start)) {
    const group = groups.at(-1);
    if (group?.[0] && stretch.end - group[0].start <= WIDEST - 2 * MARGIN) group.push(stretch);
    else groups.push([stretch]);
  }
  return groups.map((group) => {
    const first = group[0]?.start ?? 0;
    const last = Math.max(...group.map(({ end }) => end));
    const from = last <= WIDEST - MARGIN || first <= MARGIN ? 0 : first - MARGIN;
    return windowOf(line, whole(line, from), whole(line, Math.min(line.length, from + WIDEST)), group);
  });
}

/** The nearest offset from `at` on that does not cut a character in two. */
function whole(line: string, at: number): number {
  const code = line.charCodeAt(at);
  return code >= 0xdc00 && code <= 0xdfff ? at + 1 : at;
}

function windowOf(line: string, from: number, to: number, stretches: readonly Stretch[]): Window {
  const head = from > 0 ? "... " : "";
  const part = line.slice(from, to);
  const columns = columnsOf(part);
  const marks = stretches.map((stretch): Mark => {
    const first = columnAt(columns, stretch.start - from);
    const last = Math.max(first + 1, columnAt(columns, Math.min(stretch.end, to) - from));
    return { ...stretch, from: first + head.length, to: last + head.length };
  });
  const shown = columns.cells.map((cell) => cell.text).join("");
  return { text: `${head}${shown}${to < line.length ? " ..." : ""}`.trimEnd(), marks };
}

/** The rows under a line: all underlines in the first, with the rightmost message; the others hang below theirs. */
function underline(marks: readonly Mark[], paint: Paint): string[] {
  const row: { readonly mark: string; readonly style: Style }[] = [];
  const order = marks.toSorted((a, b) => (a.mark === b.mark ? 0 : a.mark === "^" ? 1 : -1));
  for (const { from, to, mark, style } of order) for (let i = from; i < to; i++) row[i] = { mark, style };
  const rows: string[] = [];
  const spoken = marks.filter(({ message }) => message !== "").toSorted((a, b) => a.from - b.from || b.to - a.to);
  const last = spoken.at(-1);
  const inline = last && marks.every(({ to }) => to <= last.to) ? last : null;
  const first = paintRow(row, paint);
  rows.push(inline ? `${first} ${paint(inline.style, inline.message)}` : first);
  const hanging = inline ? spoken.slice(0, -1) : spoken;
  for (let i = hanging.length - 1; i >= 0; i--) {
    const own = hanging[i];
    if (!own) continue;
    const others = hanging.slice(0, i).filter((other) => other.from < own.from);
    const bars: { readonly mark: string; readonly style: Style }[] = [];
    for (const { from, style } of others) bars[from] = { mark: "|", style };
    const lead = paintRow(bars, paint);
    const at = bars.length;
    rows.push(`${lead}${" ".repeat(own.from - at)}${paint(own.style, own.message)}`);
  }
  return rows;
}

function paintRow(
  row: readonly ({ readonly mark: string; readonly style: Style } | undefined)[],
  paint: Paint,
): string {
  let text = "";
  for (let i = 0; i < row.length;) {
    const cell = row[i];
    let end = i + 1;
    while (end < row.length && row[end]?.mark === cell?.mark && row[end]?.style === cell?.style) end++;
    text += cell ? paint(cell.style, cell.mark.repeat(end - i)) : " ".repeat(end - i);
    i = end;
  }
  return text;
}
