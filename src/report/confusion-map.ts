/** A confusion as a heat map: rows are the truth, columns what was predicted, dark where much of a row is. */
import { escaped, tag } from "../draw/svg.js";
import { FONT, middleCut, textWidth } from "../draw/text.js";

export interface ConfusionShown {
  readonly classes: readonly string[];
  /** [classes, classes], rows are the truth. */
  readonly counts: readonly number[];
}

const TEXT = 12;
const LONGEST = 18;
/** Up to so many classes there is room for a number in each cell. */
const NUMBERED = 12;

/** Needs `HEAT_STYLE`. */
export function drawConfusion({ classes, counts }: ConfusionShown): string {
  const n = classes.length;
  const cell = Math.max(9, Math.min(44, Math.floor(430 / n)));
  const names = classes.map((name) => middleCut(name, LONGEST));
  // Names of cells that are too small for them are left to the titles.
  const isNamed = cell >= TEXT;
  const margin = isNamed ? Math.max(...names.map((name) => textWidth(name, TEXT))) + 12 : 10;
  const side = n * cell;
  const totals = classes.map((_, i) => counts.slice(i * n, (i + 1) * n).reduce((sum, count) => sum + count, 0));
  const cells = counts.flatMap((count, at) => {
    if (count === 0) return [];
    const [i, j] = [Math.floor(at / n), at % n];
    return [
      drawCell(margin + j * cell, margin + i * cell, cell, count, count / (totals[i] ?? 1), n, classes[i], classes[j]),
    ];
  });
  const labels = isNamed
    ? names.flatMap((name, i) => {
        const at = margin + (i + 0.5) * cell + TEXT / 3;
        return [
          tag("text", { class: "ink", x: margin - 6, y: at, "text-anchor": "end", "font-size": TEXT }, escaped(name)),
          tag(
            "text",
            { class: "ink", transform: `translate(${at} ${margin - 6}) rotate(-90)`, "font-size": TEXT },
            escaped(name),
          ),
        ];
      })
    : [];
  const size = margin + side + 4;
  const frame = tag("rect", { class: "frame", x: margin, y: margin, width: side, height: side, fill: "none" });
  return tag(
    "svg",
    {
      xmlns: "http://www.w3.org/2000/svg",
      class: "plot heat",
      viewBox: `0 0 ${size} ${size}`,
      width: size,
      height: size,
      role: "img",
      "aria-label": `Confusion of ${n} classes, rows are the truth. The tables beside it say the same in numbers.`,
      "font-family": FONT,
    },
    frame,
    ...cells,
    ...labels,
  );
}

function drawCell(
  x: number,
  y: number,
  cell: number,
  count: number,
  share: number,
  classes: number,
  truth = "",
  predicted = "",
): string {
  const hover = `truth ${truth}, predicted ${predicted}: ${(100 * share).toFixed(1)}% (${count.toLocaleString("en")} pixels)`;
  const isRight = truth === predicted;
  const opacity = (0.06 + 0.94 * share).toFixed(3);
  const box = tag("rect", {
    class: isRight ? "right" : "wrong",
    x,
    y,
    width: cell,
    height: cell,
    "fill-opacity": opacity,
  });
  const middle = { x: x + cell / 2, y: y + cell / 2 + TEXT / 3, "text-anchor": "middle", "font-size": TEXT };
  const number =
    classes <= NUMBERED && share >= 0.005
      ? tag("text", { class: share > 0.5 ? "onheat" : "ink", ...middle }, String(Math.round(100 * share)))
      : "";
  return tag("g", {}, tag("title", {}, escaped(hover)), box, number);
}

export const HEAT_STYLE =
  ".heat .right{fill:#0060a8}.heat .wrong{fill:#b3390b}.heat .frame{stroke:#8c959f}.heat .onheat{fill:#fff}" +
  "@media (prefers-color-scheme: dark){.heat .right{fill:#5ab4ff}.heat .wrong{fill:#ff9a57}.heat .onheat{fill:#0d1117}}";

export interface Mistake {
  readonly truth: string;
  readonly predicted: string;
  readonly pixels: number;
  /** Of the truth's pixels. */
  readonly share: number;
}

/** The classes that were most taken for others, by pixels. */
export function mistakes({ classes, counts }: ConfusionShown, most: number): Mistake[] {
  const n = classes.length;
  return counts
    .map((pixels, at) => ({ pixels, i: Math.floor(at / n), j: at % n }))
    .filter(({ pixels, i, j }) => pixels > 0 && i !== j)
    .toSorted((a, b) => b.pixels - a.pixels)
    .slice(0, most)
    .map(({ pixels, i, j }) => {
      const total = counts.slice(i * n, (i + 1) * n).reduce((sum, count) => sum + count, 0);
      return { truth: classes[i] ?? "", predicted: classes[j] ?? "", pixels, share: pixels / total };
    });
}
