/** Text in a picture: how wide it is, and how formulas and names are written. Widths are those of a wide common font. */

export const FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif";

/** Widths in em, of DejaVu Sans and Verdana, the widest fonts that the text may be shown in. */
const widths: readonly (readonly [RegExp, number])[] = [
  [/[ijl.,'|!:;·]/, 0.34],
  [/[ \u00a0\-()[\]/fIrt⌊⌋⌈⌉]/, 0.41],
  [/[\ds$csvxyzkJF_]/, 0.6],
  [/[mMW%@…→⋯]/, 0.99],
  [/[wOQGDHNU×+=<>≥−–‖]/, 0.84],
];

/** In pixels. */
export function textWidth(text: string, size: number, bold = false): number {
  let em = 0;
  for (const character of text) em += widths.find(([pattern]) => pattern.test(character))?.[1] ?? 0.66;
  return Math.ceil(em * size * (bold ? 1.1 : 1));
}

/** `2⌊(H + 5)/32⌋ + 4` of `2 * floor((H + 5) / 32) + 4`. */
export function prettyFormula(formula: string): string {
  let text = "";
  const closers: string[] = [];
  for (let i = 0; i < formula.length; i++) {
    const rest = formula.slice(i);
    if (rest.startsWith("floor(") || rest.startsWith("ceil(")) {
      const floor = rest.startsWith("floor(");
      text += floor ? "⌊" : "⌈";
      closers.push(floor ? "⌋" : "⌉");
      i += floor ? 5 : 4;
    } else if (rest.startsWith("(")) {
      text += "(";
      closers.push(")");
    } else if (rest.startsWith(")")) text += closers.pop() ?? ")";
    else text += formula[i];
  }
  return text
    .replace(/(\d) \* (?=[⌊⌈(A-Za-z])/g, "$1")
    .replaceAll(" / ", "/")
    .replaceAll(" - ", " − ");
}

/** `conv5_1–3` of `conv5_1` and `conv5_3`, `fc6–7color` of `fc6color` and `fc7color`. */
export function rangeOfNames(first: string, last: string): string {
  if (first === last) return first;
  const shortest = Math.min(first.length, last.length);
  let length = 0;
  while (length < shortest && first[length] === last[length]) length++;
  const before = first.slice(0, length).replace(/\d+$/, "");
  let tail = 0;
  while (tail < shortest - before.length - 1 && first.at(-1 - tail) === last.at(-1 - tail)) tail++;
  const after = first.slice(first.length - tail).replace(/^\d+/, "");
  const own = (name: string): string => name.slice(before.length, name.length - after.length);
  const [from, to] = [own(first), own(last)];
  return before !== "" && to.length <= 4 && from.length <= 4 ? `${before}${from}–${to}${after}` : `${first} … ${last}`;
}

/** With `…` in its middle, where a text is longer than the limit. */
export function middleCut(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const half = Math.floor((limit - 1) / 2);
  return `${text.slice(0, limit - 1 - half)}…${text.slice(text.length - half)}`;
}
