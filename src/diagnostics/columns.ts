/**
 * How text falls into the columns of a terminal. Tabs become spaces, wide characters take two columns, and characters
 * that would move the cursor or reorder the line are shown as pictures, so that no source text can disturb a terminal.
 */

const TAB = 4;

/** What is shown of a text that stands on one line, and the columns at which its offsets lie. */
export interface Columns {
  readonly cells: readonly Cell[];
  readonly width: number;
}

/** One character as it is shown. */
export interface Cell {
  readonly text: string;
  /** Its offset in the line, in UTF-16 units, and how many of them it takes. */
  readonly offset: number;
  readonly length: number;
  readonly column: number;
  readonly width: number;
}

let segmenter: Intl.Segmenter | null = null;

/** What a reader takes for one character each. Plain text is split without the segmenter, which is slow to start. */
function characters(text: string): Iterable<string> {
  if (!/[^\t\x20-\x7e]/.test(text)) return text;
  segmenter ??= new Intl.Segmenter("en", { granularity: "grapheme" });
  return [...segmenter.segment(text)].map(({ segment }) => segment);
}

export function columnsOf(line: string): Columns {
  const cells: Cell[] = [];
  let offset = 0;
  let column = 0;
  for (const character of characters(line)) {
    const text = character === "\t" ? " ".repeat(TAB - (column % TAB)) : visible(character);
    const width = character === "\t" ? text.length : widthOf(text);
    cells.push({ text, offset, length: character.length, column, width });
    offset += character.length;
    column += width;
  }
  return { cells, width: column };
}

/** The column of an offset; inside a character, that of the character. Past the end, the column after the last one. */
export function columnAt({ cells, width }: Columns, offset: number): number {
  let low = 0;
  let high = cells.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const cell = cells[middle];
    if (cell && cell.offset + cell.length <= offset) low = middle + 1;
    else high = middle;
  }
  return cells[low]?.column ?? width;
}

/** Text for one line of a terminal: control characters and those that reverse the direction of a line become visible. */
export function visible(text: string): string {
  return text.replace(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}\ufeff]/gu, (found) => {
    const code = found.charCodeAt(0);
    if (code < 0x20) return String.fromCharCode(0x2400 + code);
    return code === 0x7f ? "\u2421" : "\ufffd";
  });
}

/** Columns that a character takes: an approximation of Unicode's East Asian width that knows no terminal's own ways. */
function widthOf(character: string): number {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x300) return 1;
  if (/^[\p{Mark}\u200b-\u200d\u2060]+$/u.test(character)) return 0;
  if (/^\p{Emoji_Presentation}/u.test(character) || character.includes("\ufe0f")) return 2;
  return isWide(code) ? 2 : 1;
}

const wide: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x2e80, 0x303e],
  [0x3041, 0xa4cf],
  [0xa960, 0xa97f],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x17000, 0x18cff],
  [0x1b000, 0x1b2ff],
  [0x1f200, 0x1f2ff],
  [0x20000, 0x3fffd],
];

function isWide(code: number): boolean {
  return wide.some(([first, last]) => code >= first && code <= last);
}
