/** Tables of text for a terminal: columns that line up, in colour or without. */

export type Style = "bold" | "dim" | "accent";
export type Paint = (style: Style, text: string) => string;

const codes: Readonly<Record<Style, string>> = { bold: "1", dim: "2", accent: "36" };

export function painter(color: boolean): Paint {
  return (style, text) => (color && text !== "" ? `\x1b[${codes[style]}m${text}\x1b[0m` : text);
}

export interface Column {
  readonly title: string;
  readonly align: "left" | "right";
}

export interface Row {
  readonly cells: readonly string[];
  /** How the whole row is painted. */
  readonly style?: Style;
}

const GAP = 2;

/** Width of each column: that of its longest cell. */
export function columnWidths(columns: readonly Column[], rows: readonly Row[]): number[] {
  return columns.map(({ title }, i) =>
    rows.reduce((widest, { cells }) => Math.max(widest, cells[i]?.length ?? 0), title.length),
  );
}

export function tableWidth(columns: readonly Column[], rows: readonly Row[]): number {
  return columnWidths(columns, rows).reduce((total, width) => total + width + GAP, -GAP);
}

/** Lines of a table, the titles first where there are any. Cells longer than `longest` end in `…`. */
export function tableLines(
  columns: readonly Column[],
  rows: readonly Row[],
  paint: Paint,
  longest: number = Infinity,
): string[] {
  const short = rows.map(({ cells, ...row }) => ({ ...row, cells: cells.map((cell) => shortened(cell, longest)) }));
  const widths = columnWidths(columns, short);
  const line = (cells: readonly string[]): string =>
    columns
      .map(({ align }, i) => {
        const cell = cells[i] ?? "";
        return align === "left" ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0);
      })
      .join(" ".repeat(GAP))
      .trimEnd();
  const titles = columns.map(({ title }) => title);
  const head = titles.some((title) => title !== "") ? [paint("dim", line(titles))] : [];
  return [...head, ...short.map(({ cells, style }) => (style ? paint(style, line(cells)) : line(cells)))];
}

export function shortened(text: string, longest: number): string {
  return text.length <= longest ? text : `${text.slice(0, Math.max(0, longest - 1))}…`;
}

/** Lines of words, none longer than the width if its words are not. */
export function wrapped(text: string, width: number, indent = ""): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/)) {
    if (line !== "" && indent.length + line.length + 1 + word.length > width) {
      lines.push(indent + line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return line === "" ? lines : [...lines, indent + line];
}
