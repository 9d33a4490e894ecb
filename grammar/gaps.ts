/** What lies between tokens: line ends and blank lines. */

const isSpace = (unit: number): boolean => unit === 0x20 || unit === 0x09 || unit === 0xfeff;
const isLineEnd = (unit: number): boolean => unit === 0x0a || unit === 0x0d;

/** Line ends in the white space that ends at `offset`, and whether the text begins with it. `\r\n` counts once. */
function gapAbove(text: string, offset: number): { readonly lineEnds: number; readonly atStart: boolean } {
  let lineEnds = 0;
  let i = offset - 1;
  for (; i >= 0; i--) {
    const unit = text.charCodeAt(i);
    if (unit === 0x0a || (unit === 0x0d && text.charCodeAt(i + 1) !== 0x0a)) lineEnds++;
    else if (!isSpace(unit) && !isLineEnd(unit)) break;
  }
  return { lineEnds, atStart: i < 0 };
}

/** True when what starts at `offset` has a blank line above it. */
export function blankAbove(text: string, offset: number): boolean {
  const { lineEnds, atStart } = gapAbove(text, offset);
  return lineEnds > 1 && !atStart;
}

/** True when nothing but white space stands before `offset` on its line. */
export function startsLine(text: string, offset: number): boolean {
  const { lineEnds, atStart } = gapAbove(text, offset);
  return lineEnds > 0 || atStart;
}

/** True when a blank line stands below the line that ends at `offset`, and something follows it. */
export function blankBelow(text: string, offset: number): boolean {
  let lineEnds = 0;
  for (let i = offset; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit === 0x0a || (unit === 0x0d && text.charCodeAt(i + 1) !== 0x0a)) lineEnds++;
    else if (!isSpace(unit) && !isLineEnd(unit)) return lineEnds > 1;
  }
  return false;
}

/** True when no line ends between two offsets. */
export function sameLine(text: string, from: number, to: number): boolean {
  for (let i = from; i < to; i++) if (isLineEnd(text.charCodeAt(i))) return false;
  return true;
}
